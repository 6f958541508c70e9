package instancemetadata

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/ephemeral/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*attestedDocument)(nil)

type attestedDocument struct{ clients clients }

// NewAttestedDocument returns the ephemeral resource
// cloudtap_azure_attested_document.
func NewAttestedDocument() ephemeral.EphemeralResource { return &attestedDocument{} }

type attestedModel struct {
	Nonce          types.String   `tfsdk:"nonce"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
	Encoding       types.String   `tfsdk:"encoding"`
	Signature      types.String   `tfsdk:"signature"`
	CreatedOn      *string        `tfsdk:"created_on"`
	ExpiresOn      *string        `tfsdk:"expires_on"`
	VMID           *string        `tfsdk:"vm_id"`
	SubscriptionID *string        `tfsdk:"subscription_id"`
	SKU            *string        `tfsdk:"sku"`
	LicenseType    *string        `tfsdk:"license_type"`
	Plan           *imds.Plan     `tfsdk:"plan"`
	ClaimsJSON     types.String   `tfsdk:"claims_json"`
	SignerNames    []string       `tfsdk:"signer_names"`
	APIVersionUsed types.String   `tfsdk:"api_version_used"`
}

func (*attestedDocument) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + AttestedTypeName
}

func (d *attestedDocument) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	d.clients, _ = tfkit.ProviderData[clients](req.ProviderData, &resp.Diagnostics)
}

func (*attestedDocument) Schema(ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	result := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Has Azure sign who the virtual machine is that Terraform runs on, and verifies it: the one signer and its signature, that the certificate is for Azure's metadata service and " +
			"chains to an authority that this machine trusts (issuing certificates are fetched over the internet), the time, and the nonce. Nothing of it is stored in state or plan.",
		Attributes: map[string]schema.Attribute{
			"nonce": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Text that the document has to repeat, which proves that it was made for this question: up to 32 letters, digits and characters of base64. " +
					"Default: one that the service makes up, with which the document may be an older one.",
				Validators: []validator.String{tfkit.StringCheck{
					Title: "Nonce is not valid", Text: "must be 1 to 32 letters, digits or characters of base64", Check: imds.CheckNonce,
				}},
			},
			"timeouts": timeouts.Attributes(ctx),
			"encoding": result("Encoding of `signature`, `pkcs7`."),
			"signature": schema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "The signed document in base64. Until it expires, whoever has it can pass for this machine.",
			},
			"created_on":      result("Time of the signature (RFC 3339)."),
			"expires_on":      result("Time at which the document expires (RFC 3339)."),
			"vm_id":           result("Unique ID that Azure gave the machine (a GUID)."),
			"subscription_id": result("Subscription of the virtual machine."),
			"sku":             result("SKU of the marketplace image."),
			"license_type":    result("License of the Azure Hybrid Benefit."),
			"plan": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "Purchase plan of the marketplace image; null without one.",
				Attributes: map[string]schema.Attribute{
					"name":      result("Name of the plan."),
					"product":   result("Product of the plan."),
					"publisher": result("Publisher of the plan."),
				},
			},
			"claims_json": result("What was signed, as JSON."),
			"signer_names": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Names in the signer's certificate, which tell cloud and region.",
			},
			"api_version_used": result("Version of the API that answered."),
		},
	}
}

// Open asks for a document and verifies it.
func (d *attestedDocument) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	const what = "The attested document of this machine"
	var m attestedModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ok := openClient(d.clients, what, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, m.Timeouts.Open, defaultReadTimeout, &resp.Diagnostics)
	defer cancel()
	document, err := client.AttestedDocument(ctx, m.Nonce.ValueString())
	if err != nil {
		tfkit.AddAzureError(&resp.Diagnostics, "Could not get an attested document", what, err)
		return
	}
	m.fromAPI(document)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &m)...)
}

func (m *attestedModel) fromAPI(document *imds.AttestedDocument) {
	m.Nonce = types.StringValue(document.Nonce)
	m.Encoding, m.Signature = types.StringValue(document.Encoding), types.StringValue(document.Signature)
	m.CreatedOn, m.ExpiresOn = rfc3339(document.CreatedOn), rfc3339(document.ExpiresOn)
	m.VMID, m.SubscriptionID = document.VMID, document.SubscriptionID
	m.SKU, m.LicenseType, m.Plan = document.SKU, document.LicenseType, document.Plan
	m.ClaimsJSON = types.StringValue(string(document.Claims))
	m.SignerNames = document.SignerNames
	m.APIVersionUsed = types.StringValue(document.APIVersionUsed)
}
