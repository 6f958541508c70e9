package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// TestANullArgumentOfAnyCLI calls a function that takes null, which Terraform
// sends as a value and OpenTofu as none.
func TestANullArgumentOfAnyCLI(t *testing.T) {
	t.Parallel()
	null, err := tfprotov6.NewDynamicValue(tftypes.DynamicPseudoType, tftypes.NewValue(tftypes.DynamicPseudoType, nil))
	if err != nil {
		t.Fatal(err)
	}
	for name, argument := range map[string]*tfprotov6.DynamicValue{"a null value": &null, "an empty value": {}, "no value": nil} {
		server := provider.NewServer(provider.New("test")())
		response, err := server.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{
			Name: "capture_filter_expression", Arguments: []*tfprotov6.DynamicValue{argument},
		})
		if err != nil || response.Error != nil {
			t.Errorf("%s: %v, %+v", name, err, response.Error)
			continue
		}
		result, err := response.Result.Unmarshal(tftypes.String)
		var expression string
		if err != nil || result.As(&expression) != nil || expression != "" {
			t.Errorf("%s: %v, %v", name, result, err)
		}
	}
}
