package tfkit

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// ConfigCheck is a resource's validator of several attributes, made of a
// function.
type ConfigCheck struct {
	// Text is what must hold, as a sentence.
	Text string
	// Check reports what does not.
	Check func(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse)
}

// Description implements resource.ConfigValidator.
func (c ConfigCheck) Description(context.Context) string { return c.Text }

// MarkdownDescription implements resource.ConfigValidator.
func (c ConfigCheck) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateResource implements resource.ConfigValidator.
func (c ConfigCheck) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	c.Check(ctx, req, resp)
}

// Configured fetches one attribute of the configuration for a ConfigCheck.
func Configured[T attr.Value](ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse, at path.Path) T {
	var value T
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &value)...)
	return value
}

// Given reports whether a value is neither null nor unknown.
func Given(value attr.Value) bool { return !value.IsNull() && !value.IsUnknown() }

// Regex demands a regular expression.
func Regex() validator.String {
	return StringCheck{
		Title: "Regular expression is not valid", Text: "must be a regular expression",
		Check: func(value string) error { _, err := regexp.Compile(value); return err },
	}
}
