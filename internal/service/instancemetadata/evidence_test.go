package instancemetadata_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// TestAnswersThatAnswerNothing: whatever is asked, and whatever
// on_unavailable says, an answer with status 200 that is no document of the
// service is never taken for one without a word.
func TestAnswersThatAnswerNothing(t *testing.T) {
	t.Parallel()
	ran := 0
	for _, body := range []string{
		"<html>log in</html>", "{}", "null", "[]", `["x"]`, `"ok"`, `{"error":"busy"}`, `{"error":{"code":"NotReady","message":"ask later"}}`, `{"error":{}}`,
		`{"compute":{}}`, `{"compute":null}`, `{"compute":{"name":"web"},"network":{"interface":[{}]}}`, `{"network":{}}`,
		`{"DocumentIncarnation":1,"Events":null}`, `{"DocumentIncarnation":1}`, `{"Events":[]}`,
	} {
		contentType := "application/json"
		if strings.HasPrefix(body, "<") {
			contentType = "text/html"
		}
		p := providerAt(t, serve(t, answer(200, contentType, body)))
		for what, ask := range map[string]func() acctest.Diagnostics{
			"metadata": func() acctest.Diagnostics { _, d := p.ReadData(t.Context(), typeName, acctest.Config{}); return d },
			"metadata, null if absent": func() acctest.Diagnostics {
				_, d := p.ReadData(t.Context(), typeName, acctest.Config{"on_unavailable": "null"})
				return d
			},
			"scheduled events": func() acctest.Diagnostics {
				_, d := p.ReadData(t.Context(), eventsTypeName, acctest.Config{})
				return d
			},
			"attested document": func() acctest.Diagnostics { _, d := p.Open(t.Context(), attestedTypeName, acctest.Config{}); return d },
		} {
			ran++
			got := ask()
			clearlyForeign := (strings.Contains(body, "Events") || strings.Contains(body, "Incarnation")) && what == "metadata, null if absent"
			if len(got) == 0 && !clearlyForeign {
				t.Errorf("%s: %s is taken for an answer", what, body)
			}
			if text := fmt.Sprint(got.Errors(), got.Warnings()); strings.Contains(body, "NotReady") && !strings.Contains(text, "NotReady: ask later") {
				t.Errorf("%s: the error inside is lost: %s", what, text)
			}
		}
	}
	t.Logf("%d combinations of answer and reader", ran)
}
