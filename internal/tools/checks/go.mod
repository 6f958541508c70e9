module github.com/cloudtap/terraform-provider-cloudtap/internal/tools/checks

go 1.26.0

tool (
	github.com/google/go-licenses/v2
	golang.org/x/vuln/cmd/govulncheck
)
