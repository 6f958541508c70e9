package tfkit

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
)

// AddAzureError reports a failed call of an Azure client: what names the
// object, next adds to the remedies that the error itself brings.
func AddAzureError(diags *diag.Diagnostics, summary, what string, err error, next ...string) {
	diags.AddError(summary, AzureFailure(what, err, next...).Detail())
}

// AzureFailure is the text of AddAzureError, for diagnostics that name an
// attribute.
func AzureFailure(what string, err error, next ...string) Failure {
	details := azure.Describe(err)
	return Failure{
		What:      what + ": " + strings.TrimSuffix(details.Summary, ".") + ".",
		Code:      details.Code,
		Message:   details.Message,
		RequestID: details.RequestID,
		Next:      orElse(append(details.Next, next...), err, details.Status),
	}
}
