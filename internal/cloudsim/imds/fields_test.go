package imds

import (
	"slices"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// TestFieldsAreThePublishedOnes compares the table of fields with the vendor's
// definitions, in the versions at hand.
func TestFieldsAreThePublishedOnes(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2018-02-01", "2018-10-01", "2019-08-15", "2020-06-01", "2021-02-01", "2023-07-01"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			published := simtest.LoadDefinitions(t, "azure-imds/swagger/imds-"+version+".json").Leaves("Instance")
			var served []string
			paths := table.paths(version, true)
			for _, field := range table.Fields {
				if paths[field.Path] {
					served = append(served, field.Path)
				}
			}
			for _, field := range served {
				if !slices.Contains(published, field) {
					t.Errorf("the definitions lack %s", field)
				}
			}
			for _, field := range published {
				if !slices.Contains(served, field) {
					t.Errorf("the table lacks %s", field)
				}
			}
		})
	}
}
