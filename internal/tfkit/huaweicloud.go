package tfkit

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

// AddHuaweiCloudError reports a failed call of a Huawei Cloud client: what
// names the object, next adds to the remedies that the error itself brings.
func AddHuaweiCloudError(diags *diag.Diagnostics, summary, what string, err error, next ...string) {
	details := huaweicloud.Describe(err)
	diags.AddError(summary, Failure{
		What:      what + ": " + strings.TrimSuffix(details.Summary, ".") + ".",
		Code:      details.Code,
		Message:   details.Message,
		RequestID: details.RequestID,
		Next:      orElse(append(details.Next, next...), err, details.Status),
	}.Detail())
}
