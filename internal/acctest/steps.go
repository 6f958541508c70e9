package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// Run takes the steps with a CLI, which has to be there. gone, unless nil, checks
// that the destroy at the end leaves nothing behind.
func Run(t *testing.T, cloud *cloudsim.Cloud, gone resource.TestCheckFunc, steps []resource.TestStep) {
	t.Helper()
	RequireCLI(t)
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: Factories(cloud), CheckDestroy: gone, Steps: steps})
}

// Planned checks what the plan of a step does to a resource.
func Planned(address string, action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}
