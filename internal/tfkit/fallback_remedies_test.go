package tfkit_test

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// TestARemedyBelongsToAKindOfFailure: what is wrong on this machine has
// nothing to do with DNS, proxies and firewalls.
func TestARemedyBelongsToAKindOfFailure(t *testing.T) {
	t.Parallel()
	request := func(err error) error { return &url.Error{Op: "Get", URL: "https://example.test", Err: err} }
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"local":                {errors.New("region is missing"), ""},
		"missing file":         {fmt.Errorf("read: %w", &fs.PathError{Op: "open", Path: "client.pem", Err: syscall.ENOENT}), ""},
		"connection":           {request(&net.OpError{Op: "dial", Err: errors.New("connection refused")}), "DNS, proxies"},
		"no such host":         {fmt.Errorf("look up: %w", &net.DNSError{Err: "no such host", Name: "example.test"}), "DNS, proxies"},
		"foreign certificate":  {request(x509.UnknownAuthorityError{}), "SSL_CERT_FILE"},
		"proxy wants password": {request(errors.New("Proxy Authentication Required")), "HTTPS_PROXY"},
	} {
		var diags diag.Diagnostics
		for _, describe := range []func(error) failure.Details{azure.Describe, huaweicloud.Describe} {
			tfkit.AddError(&diags, "Could not try", "The trial", describe(test.err))
		}
		for _, reported := range diags {
			_, next, _ := strings.Cut(reported.Detail(), "\n\n")
			if (next == "") != (test.want == "") || !strings.Contains(next, test.want) {
				t.Errorf("%s: %s", name, reported.Detail())
			}
		}
	}
}
