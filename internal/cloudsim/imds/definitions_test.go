package imds_test

import (
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// TestAnswersFollowThePublishedDefinitions checks what the service sends, and
// what it refuses with, in the versions whose definitions are at hand.
func TestAnswersFollowThePublishedDefinitions(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2018-02-01", "2018-10-01", "2019-08-15", "2020-06-01", "2021-02-01", "2023-07-01"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			definitions := simtest.LoadDefinitions(t, "azure-imds/swagger/imds-"+version+".json")
			s := imdstest.Start(t, issuer{imdstest.Now()}, imds.Options{})
			check := func(operation, path string) {
				t.Helper()
				got := get(t, s, path)
				if err := definitions.CheckResponse(operation, got.status, []byte(got.body)); err != nil {
					t.Errorf("%s: %d %s: %s", path, got.status, got.body, err)
				}
			}
			for _, scenario := range []string{imds.ScenarioLinux, imds.ScenarioWindows, imds.ScenarioScaleSet, imds.ScenarioCustomImage, imds.ScenarioPartial, imds.ScenarioClassic} {
				s.Set(t, "scenario", scenario)
				check("Instances_GetMetadata", "/metadata/instance?api-version="+version)
			}
			check("Instances_GetMetadata", "/metadata/instance?api-version=unknown")
			check("Identity_GetToken", "/metadata/identity/oauth2/token?resource=https://management.azure.com/&api-version="+version)
			check("Identity_GetInfo", "/metadata/identity/info?api-version="+version)
			if version >= "2018-10-01" {
				check("Attested_GetDocument", "/metadata/attested/document?api-version="+version)
			}
			if strings.HasPrefix(version, "2023") {
				check("GetVersions", "/metadata/versions")
			}
		})
	}
}
