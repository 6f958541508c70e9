package instancemetadata

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// The values of on_unavailable.
const (
	unavailableError = "error"
	unavailableNull  = "null"
)

func (*metadataDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads what the Azure Instance Metadata Service says about the virtual machine that Terraform runs on. " +
			"That machine may be another one at apply than at plan, for example another build agent.\n\n" +
			"The service is asked directly, never through a proxy, and needs no credentials. Any number of these data sources cost one request for each `api_version`. " +
			"Attributes that the service leaves out or sends empty are null: which it knows depends on the api-version of the host and on the kind of machine.",
		Attributes: map[string]schema.Attribute{
			"api_version": tfkit.OptionalText("Version of the service's API, for example `2021-02-01`. "+
				"Default: the newest that both the host and this provider know.", apiVersionValidator()),
			"on_unavailable": tfkit.OptionalText("What to do where there is no Azure Instance Metadata Service, which is found out within about 3 seconds: "+
				"`error` (default), or `null` for `available = false` and null for everything else. A service that is there but fails is always an error.",
				stringvalidator.OneOf(unavailableError, unavailableNull)),
			"include_user_data": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether `user_data` and `custom_data`, which often hold secrets, are read into the state. " +
					"Default `false`: they are null.",
			},
			"timeouts":         timeouts.AttributesWithOpts(ctx, timeouts.Opts{ReadDescription: tfkit.TimeoutDescription(defaultReadTimeout)}),
			"available":        tfkit.ComputedBool("Whether there is an Azure Instance Metadata Service."),
			"api_version_used": tfkit.ComputedText("Version of the API that answered."),
			"compute":          computeAttribute(),
			"network":          networkAttribute(),
			"user_data":        tfkit.ComputedSecret("User data of the machine in base64; null without `include_user_data`."),
			"custom_data":      tfkit.ComputedSecret("Custom data of the machine in base64, which only api-versions `2019-02-01` to `2019-04-30` have; null without `include_user_data`."),
			"raw_json": tfkit.ComputedText("The document as JSON, as the host sent it, with fields that have no attribute here. " +
				"User data and custom data are never in it."),
		},
	}
}

// apiVersionValidator takes dates, of which versions are made.
func apiVersionValidator() validator.String {
	return tfkit.StringCheck{
		Title: "API version is not valid", Text: "must be a date like 2021-02-01",
		Check: func(version string) error {
			if _, err := time.Parse(time.DateOnly, version); err != nil {
				return fmt.Errorf("%q is no version of the instance metadata API: versions are dates like 2021-02-01; leave api_version out to have the newest chosen", version)
			}
			return nil
		},
	}
}
