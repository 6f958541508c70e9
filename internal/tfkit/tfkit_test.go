package tfkit_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func TestFailureDetail(t *testing.T) {
	t.Parallel()
	for want, failure := range map[string]tfkit.Failure{
		"It failed.": {What: "It failed."},
		"It failed.\n\nCode: C\nMessage: M\nRequest ID: R\n\nDo this.": {
			What: "It failed.", Code: "C", Message: "M", RequestID: "R", Next: []string{"Do this."},
		},
		"It failed.\n\nMessage: M\n\nWhat to look at:\n  - A.\n  - B.": {What: "It failed.", Message: "M", Next: []string{"A.", "B."}},
	} {
		if got := failure.Detail(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"it failed":            "It failed.",
		"It failed.":           "It failed.",
		"état inconnu":         "État inconnu.",
		"":                     "It failed with a *errors.errorString, which does not say why.",
		"first line\nsecond\n": "First line\nsecond.",
	} {
		if got := tfkit.Sentence(errors.New(text)); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestProviderData(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	if _, ok := tfkit.ProviderData[error](nil, &diags); ok || diags.HasError() {
		t.Errorf("before Configure: %v, %v", ok, diags)
	}
	if got, ok := tfkit.ProviderData[error](errors.New("x"), &diags); !ok || got.Error() != "x" || diags.HasError() {
		t.Errorf("got %v, %v, %v", got, ok, diags)
	}
	if _, ok := tfkit.ProviderData[error](7, &diags); ok || !diags.HasError() {
		t.Errorf("another type: %v, %v", ok, diags)
	}
}

func TestEachKindOfTypeHasItsNameAndTheClients(t *testing.T) {
	t.Parallel()
	const provider = "cloudtap"
	clients := errors.New("clients")
	r, d := tfkit.Resource[error]{Type: "r"}, tfkit.DataSource[error]{Type: "d"}
	e, a := tfkit.Ephemeral[error]{Type: "e"}, tfkit.Action[error]{Type: "a"}
	var named struct {
		r resource.MetadataResponse
		d datasource.MetadataResponse
		e ephemeral.MetadataResponse
		a action.MetadataResponse
	}
	r.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: provider}, &named.r)
	d.Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: provider}, &named.d)
	e.Metadata(t.Context(), ephemeral.MetadataRequest{ProviderTypeName: provider}, &named.e)
	a.Metadata(t.Context(), action.MetadataRequest{ProviderTypeName: provider}, &named.a)
	r.Configure(t.Context(), resource.ConfigureRequest{ProviderData: clients}, &resource.ConfigureResponse{})
	d.Configure(t.Context(), datasource.ConfigureRequest{ProviderData: clients}, &datasource.ConfigureResponse{})
	e.Configure(t.Context(), ephemeral.ConfigureRequest{ProviderData: clients}, &ephemeral.ConfigureResponse{})
	a.Configure(t.Context(), action.ConfigureRequest{ProviderData: clients}, &action.ConfigureResponse{})
	if got := named.r.TypeName + named.d.TypeName + named.e.TypeName + named.a.TypeName; got != "cloudtap_rcloudtap_dcloudtap_ecloudtap_a" {
		t.Errorf("their names are %s", got)
	}
	for _, got := range []error{r.Clients, d.Clients, e.Clients, a.Clients} {
		if !errors.Is(got, clients) {
			t.Errorf("got %v for clients", got)
		}
	}
}

func TestKeepSpelling(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		got, want types.String
	}{
		"equivalent":   {tfkit.KeepSpelling(types.StringValue("Tcp"), "TCP", strings.EqualFold), types.StringValue("Tcp")},
		"different":    {tfkit.KeepSpelling(types.StringValue("Tcp"), "UDP", strings.EqualFold), types.StringValue("UDP")},
		"nothing yet":  {tfkit.KeepSpelling(types.StringNull(), "UDP", strings.EqualFold), types.StringValue("UDP")},
		"unknown":      {tfkit.KeepSpelling(types.StringUnknown(), "UDP", strings.EqualFold), types.StringValue("UDP")},
		"empty answer": {tfkit.KeepNull(types.StringNull(), "", strings.EqualFold), types.StringNull()},
		"taken away":   {tfkit.KeepNull(types.StringValue("443"), "", strings.EqualFold), types.StringNull()},
		"kept":         {tfkit.KeepNull(types.StringValue("a"), "A", strings.EqualFold), types.StringValue("a")},
	} {
		if !test.got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, test.got, test.want)
		}
	}
}

func TestReplaceUnlessEquivalent(t *testing.T) {
	t.Parallel()
	some := tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{})
	none := tftypes.NewValue(tftypes.Object{}, nil)
	for name, test := range map[string]struct {
		state, config, plan types.String
		stateRaw, planRaw   tftypes.Value
		wantPlan            types.String
		wantReplace         bool
	}{
		"same":        {types.StringValue("a"), types.StringValue("a"), types.StringValue("a"), some, some, types.StringValue("a"), false},
		"other case":  {types.StringValue("a"), types.StringValue("A"), types.StringValue("A"), some, some, types.StringValue("a"), false},
		"other":       {types.StringValue("a"), types.StringValue("b"), types.StringValue("b"), some, some, types.StringValue("b"), true},
		"removed":     {types.StringValue("a"), types.StringNull(), types.StringNull(), some, some, types.StringNull(), true},
		"added":       {types.StringNull(), types.StringValue("a"), types.StringValue("a"), some, some, types.StringValue("a"), true},
		"known later": {types.StringValue("a"), types.StringUnknown(), types.StringUnknown(), some, some, types.StringUnknown(), true},
		"create":      {types.StringNull(), types.StringValue("a"), types.StringValue("a"), none, some, types.StringValue("a"), false},
		"destroy":     {types.StringValue("a"), types.StringNull(), types.StringNull(), some, none, types.StringNull(), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := &planmodifier.StringResponse{PlanValue: test.plan}
			tfkit.ReplaceUnlessEquivalent(strings.EqualFold).PlanModifyString(t.Context(), planmodifier.StringRequest{
				State: tfsdk.State{Raw: test.stateRaw}, Plan: tfsdk.Plan{Raw: test.planRaw},
				StateValue: test.state, ConfigValue: test.config, PlanValue: test.plan,
			}, resp)
			if !resp.PlanValue.Equal(test.wantPlan) || resp.RequiresReplace != test.wantReplace {
				t.Errorf("planned %s, replace %v", resp.PlanValue, resp.RequiresReplace)
			}
		})
	}
}

func TestErrorsEndWithOneFullStop(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"it broke", "It broke. Repair it."} {
		var diags diag.Diagnostics
		for _, describe := range []func(error) failure.Details{azure.Describe, huaweicloud.Describe} {
			tfkit.AddError(&diags, "Could not try", "The trial", describe(errors.New(text)))
		}
		for _, reported := range diags {
			if want := "The trial: " + strings.TrimSuffix(text, ".") + "."; reported.Detail() != want {
				t.Errorf("got %q, want %q", reported.Detail(), want)
			}
		}
	}
}
