package tfkit

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Described is the description of a validator or plan modifier that embeds it.
type Described string

// Description implements validator.Describer and planmodifier.Describer.
func (d Described) Description(context.Context) string { return string(d) }

// MarkdownDescription implements validator.Describer and
// planmodifier.Describer.
func (d Described) MarkdownDescription(context.Context) string { return string(d) }

// StringCheck is a validator made of a function that returns what is wrong
// with a known value.
type StringCheck struct {
	// Title is the diagnostic's summary.
	Title string
	// Text completes "the value ...", for example "must be a date".
	Text string
	// Check returns what is wrong and the way out, or nil.
	Check func(value string) error
}

// Description implements validator.String.
func (c StringCheck) Description(context.Context) string { return c.Text }

// MarkdownDescription implements validator.String.
func (c StringCheck) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateString implements validator.String.
func (c StringCheck) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c.Check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, c.Title, Sentence(err))
	}
}

// Sentence makes an error's text readable on its own, and printable.
func Sentence(err error) string {
	text := strings.TrimSuffix(strings.TrimSpace(Printable(err.Error())), ".")
	if text == "" {
		return fmt.Sprintf("It failed with a %T, which does not say why.", err)
	}
	_, first := utf8.DecodeRuneInString(text)
	return strings.ToUpper(text[:first]) + text[first:] + "."
}
