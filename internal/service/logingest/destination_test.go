package logingest

import (
	"errors"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func TestWhichSettingsConcernTheDataCollectorAPI(t *testing.T) {
	t.Parallel()
	unknown := func(attributes ...string) error { return &tfkit.NotYetKnownError{Attributes: attributes} }
	for name, test := range map[string]struct {
		err      error
		concerns bool
	}{
		"nothing wrong":   {nil, false},
		"credential":      {unknown("azure.client_secret", "azure.tenant_id"), false},
		"query endpoint":  {unknown("azure.endpoints.log_analytics_query"), false},
		"its endpoint":    {unknown("azure.client_secret", "azure.endpoints.data_collector"), true},
		"environment":     {unknown("azure.environment"), true},
		"whole block":     {unknown("azure"), true},
		"all endpoints":   {unknown("azure.endpoints"), true},
		"wrong somewhere": {errors.New("the provider's configuration for azure is wrong"), true},
	} {
		if err := concernsDataCollector(test.err); (err != nil) != test.concerns {
			t.Errorf("%s: %v", name, err)
		}
	}
}
