package logingest

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/columns"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func workspaceID() validator.String {
	return tfkit.StringCheck{Title: "Workspace ID is not valid", Text: "must be the GUID of a workspace", Check: loganalytics.CheckWorkspaceID}
}

func logType() validator.String {
	return tfkit.StringCheck{Title: "Log type is not valid", Text: "must have letters, digits and underscores only, at most 100", Check: loganalytics.CheckLogType}
}

func ingestionEndpoint() validator.String {
	return tfkit.StringCheck{Title: "Logs ingestion endpoint is not valid", Text: "must be an origin with https", Check: loganalytics.CheckIngestionEndpoint}
}

func ruleID() validator.String {
	return tfkit.StringCheck{Title: "Data collection rule is not valid", Text: "must be an immutable id", Check: loganalytics.CheckRuleID}
}

func stream() validator.String {
	return tfkit.StringCheck{Title: "Stream is not valid", Text: "must begin with Custom- or Microsoft-", Check: loganalytics.CheckStream}
}

func propertyName(title string) validator.String {
	return tfkit.StringCheck{Title: title, Text: "must be the name of a column", Check: columns.CheckPropertyName}
}

// sharedKey never shows the key that it refuses.
func sharedKey() validator.String {
	return tfkit.StringCheck{Title: "Shared key is not valid", Text: "must be base64", Check: func(key string) error {
		_, err := loganalytics.ParseSharedKey(key)
		return err
	}}
}

func resourceID() validator.String {
	return tfkit.StringCheck{Title: "Azure resource ID is not valid", Text: "must be an ARM ID", Check: func(id string) error {
		if !strings.HasPrefix(strings.ToLower(id), "/subscriptions/") {
			return fmt.Errorf("%q is not an ARM ID; it must begin with /subscriptions/", id)
		}
		if strings.ContainsFunc(id, unicode.IsControl) {
			// It is sent as a header, which could not hold it.
			return fmt.Errorf("%q is not an ARM ID; it has a line break or another control character", id)
		}
		return nil
	}}
}

// unanchored reports a validator's findings without an attribute: the CLI
// quotes the source of the attribute that a diagnostic names, and these may
// hold secrets. The texts name the attributes.
type unanchored struct{ resource.ConfigValidator }

// ValidateResource implements resource.ConfigValidator.
func (u unanchored) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var found resource.ValidateConfigResponse
	u.ConfigValidator.ValidateResource(ctx, req, &found)
	for _, diagnostic := range found.Diagnostics {
		if diagnostic.Severity() == diag.SeverityError {
			resp.Diagnostics.AddError(diagnostic.Summary(), diagnostic.Detail())
		} else {
			resp.Diagnostics.AddWarning(diagnostic.Summary(), diagnostic.Detail())
		}
	}
}

// atLogType anchors a validator's findings at the log type beside the
// attribute, which may hold a secret. The texts name the attribute.
type atLogType struct{ validator.String }

// ValidateString implements validator.String.
func (a atLogType) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	var found validator.StringResponse
	a.String.ValidateString(ctx, req, &found)
	at := req.Path.ParentPath().AtName("log_type")
	for _, diagnostic := range found.Diagnostics {
		text := req.Path.String() + ": " + diagnostic.Detail()
		if diagnostic.Severity() == diag.SeverityError {
			resp.Diagnostics.AddAttributeError(at, diagnostic.Summary(), text)
		} else {
			resp.Diagnostics.AddAttributeWarning(at, diagnostic.Summary(), text)
		}
	}
}

// timespan is what the query API takes; durations may have fractions.
func timespan() validator.String {
	return tfkit.StringCheck{Title: "Timespan is not valid", Text: "must be an ISO 8601 duration or interval", Check: loganalytics.CheckTimespan}
}

func duration() validator.String {
	return tfkit.StringCheck{Title: "Duration is not valid", Text: "must be a duration", Check: func(text string) error {
		if length, err := time.ParseDuration(text); err != nil || length <= 0 {
			return fmt.Errorf("%q is not a duration; write for example 90s or 15m", text)
		}
		return nil
	}}
}
