package tfkit

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// RequiredArgument is a text that a resource has to be given. The modifiers say
// what a change of it does.
func RequiredArgument(description string, check validator.String, modifiers ...planmodifier.String) schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, MarkdownDescription: description, Validators: []validator.String{check}, PlanModifiers: modifiers,
	}
}

// OptionalArgument is one that may be left out.
func OptionalArgument(description string, check validator.String, modifiers ...planmodifier.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, MarkdownDescription: description, Validators: []validator.String{check}, PlanModifiers: modifiers,
	}
}
