package logingest

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/columns"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
)

// listedIssues is how many findings one diagnostic lists.
const listedIssues = 20

// addIssues reports what was found in records: one error for all that the
// service would refuse, and one warning for all that it would change.
func addIssues(diags *diag.Diagnostics, at path.Path, summary *ingest.Summary) {
	found := map[columns.Severity][]string{}
	for _, issue := range summary.Issues {
		found[issue.Severity] = append(found[issue.Severity], issue.String())
	}
	if problems := found[columns.Error]; len(problems) > 0 {
		diags.AddAttributeError(at, "Records cannot be sent",
			listIssues("The service would refuse these records, or silently store something else:", problems, summary.ErrorCount))
	}
	if remarks := found[columns.Warning]; len(remarks) > 0 {
		total := len(summary.Issues) + summary.IssuesOmitted - summary.ErrorCount
		diags.AddAttributeWarning(at, "Records will be changed by the service",
			listIssues("The service accepts these records, but not everything is stored as it is written:", remarks, total))
	}
}

func listIssues(introduction string, issues []string, total int) string {
	var text strings.Builder
	text.WriteString(introduction)
	shown := issues[:min(len(issues), listedIssues)]
	for _, issue := range shown {
		text.WriteString("\n  - " + strings.TrimRight(issue, ".") + ".")
	}
	if more := total - len(shown); more > 0 {
		fmt.Fprintf(&text, "\nand %d more.", more)
	}
	return text.String()
}
