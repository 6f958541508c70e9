package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

func text(description string, variables ...string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: withEnvironment(description, variables)}
}

func secret(description string, variables ...string) schema.StringAttribute {
	attribute := text(description, variables...)
	attribute.Sensitive = true
	return attribute
}

func endpoint(description, scheme, variable string) schema.StringAttribute {
	attribute := text(description, variable)
	attribute.Validators = []validator.String{originValidator{scheme: scheme}}
	return attribute
}

// withEnvironment appends the variables that a setting falls back on.
func withEnvironment(description string, variables []string) string {
	quoted := make([]string, 0, len(variables))
	for _, variable := range variables {
		quoted = append(quoted, "`"+variable+"`")
	}
	return fmt.Sprintf("%s Environment: %s.", description, strings.Join(quoted, ", "))
}

// originValidator takes "scheme://host" or "scheme://host:port".
type originValidator struct{ scheme string }

func (v originValidator) Description(context.Context) string {
	return "must be an endpoint like " + v.scheme + "://host:port"
}

func (v originValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v originValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || req.ConfigValue.ValueString() == "" {
		return
	}
	if err := checkOrigin(req.ConfigValue.ValueString(), v.scheme); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Endpoint is not usable", err.Error()+".")
	}
}
