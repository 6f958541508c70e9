package instancemetadata_test

import (
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// TestBadInputIsRefusedAtPlan has every rule, with the attribute at fault and
// the words that tell the way out.
func TestBadInputIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	cloud := startCloud(t)
	p := acctest.NewProvider(t, cloud)
	read := func(name string) func(acctest.Config) acctest.Diagnostics {
		return func(config acctest.Config) acctest.Diagnostics {
			_, diagnostics := p.ReadData(t.Context(), name, config)
			return diagnostics
		}
	}
	open := func(config acctest.Config) acctest.Diagnostics {
		_, diagnostics := p.Open(t.Context(), attestedTypeName, config)
		return diagnostics
	}
	approve := func(config acctest.Config) acctest.Diagnostics {
		_, diagnostics := p.Invoke(t.Context(), approveTypeName, config)
		return diagnostics
	}
	for name, test := range map[string]struct {
		try    func(acctest.Config) acctest.Diagnostics
		config acctest.Config
		want   []string
	}{
		"version is a word":    {read(typeName), acctest.Config{"api_version": "latest"}, []string{"api_version", `"latest"`, "dates like 2021-02-01", "leave api_version out"}},
		"version is no date":   {read(typeName), acctest.Config{"api_version": "2021-02-30"}, []string{"api_version", `"2021-02-30"`}},
		"version is empty":     {read(typeName), acctest.Config{"api_version": ""}, []string{"api_version", "dates like"}},
		"on_unavailable":       {read(typeName), acctest.Config{"on_unavailable": "ignore"}, []string{"on_unavailable", `"error"`, `"null"`}},
		"timeout":              {read(typeName), acctest.Config{"timeouts": acctest.Config{"read": "soon"}}, []string{"timeouts", "soon"}},
		"timeout of events":    {read(eventsTypeName), acctest.Config{"timeouts": acctest.Config{"read": "soon"}}, []string{"timeouts", "soon"}},
		"nonce is empty":       {open, acctest.Config{"nonce": ""}, []string{"nonce", "1 to 32"}},
		"nonce is too long":    {open, acctest.Config{"nonce": strings.Repeat("n", 33)}, []string{"nonce", "1 to 32"}},
		"nonce has a space":    {open, acctest.Config{"nonce": "a b"}, []string{"nonce", "letters, digits"}},
		"event without an id":  {approve, acctest.Config{"event_ids": []string{""}}, []string{"event_ids", "at least 1"}},
		"approval without ids": {approve, acctest.Config{}, []string{"event_ids", "required"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.ExpectError(t, test.try(test.config), test.want...)
		})
	}
	t.Cleanup(func() {
		if calls := cloud.Journal.Requests(); len(calls) > 0 {
			t.Errorf("bad input was sent: %v", calls)
		}
	})
}
