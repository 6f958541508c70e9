package simcore_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestParametersThatACallDoesNotHaveAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.expect("POST", "/faults", `{"service":"shelf","kind":"reset","operation":"Other"}`, 204, "")
	for call, problem := range map[[2]string]string{
		{"DELETE", "/faults?service=nope"}:                    `DELETE /faults takes no parameters, got "service"`,
		{"GET", "/faults?x"}:                                  `GET /faults takes no parameters, got "x"`,
		{"DELETE", "/requests?operation=Other"}:               `takes no parameters`,
		{"GET", "/state?service=shelf"}:                       `takes no parameters`,
		{"POST", "/clock?advance=1h"}:                         `takes no parameters`,
		{"GET", "/requests?operations=Other"}:                 `no parameter of GET /requests "operations", there are: operation, service`,
		{"GET", "/requests?operation=typo"}:                   `no operation of * "typo", there are: *, AddItem, Other`,
		{"GET", "/requests?service=cellar"}:                   `no service "cellar", there are: *, shelf`,
		{"GET", "/requests?service=shelf&service=shelf"}:      `takes "service" once, got it 2 times`,
		{"GET", "/requests?service=%zz"}:                      `cannot be read`,
		{"DELETE", "/objects?service=shelf&id=a&force=true"}:  `no parameter of DELETE /objects "force", there are: id, service`,
		{"DELETE", "/objects?service=shelf&id=a&id=b"}:        `takes "id" once`,
		{"GET", "/requests/summary?service=shelf&operation="}: `takes no parameters`,
	} {
		f.expect(call[0], call[1], "", 400, problem)
	}
	f.expect("GET", "/faults", "", 200, `"operation":"Other"`)
	f.expect("GET", "/state", "", 200, `{"shelf":{"a":true}}`)
}

func TestTheJournalIsFilteredOnRequest(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.call(http.MethodPost, f.url+"/items", "b")
	f.call(http.MethodGet, f.url+"/nowhere", "")
	f.expect("GET", "/requests?service=shelf", "", 200, `"path":"/nowhere"`)
	f.expect("GET", "/requests?operation=AddItem", "", 200, `"path":"/items"`)
	f.expect("GET", "/requests?service=shelf&operation=Other", "", 200, `[]`)
}

// TestFaultsThatChangeNothingHaveNotHappened meets answers that a fault
// leaves as they are, and then one that it changes.
func TestFaultsThatChangeNothingHaveNotHappened(t *testing.T) {
	t.Parallel()
	for fault, harmless := range map[string]string{
		`{"service":"shelf","kind":"malformed"}`:                     "/nowhere", // Answers without a body.
		`{"service":"shelf","kind":"edited","body":{"x":1}}`:         "/nowhere",
		`{"service":"shelf","kind":"edited","body":{"items":1}}`:     "/items", // There is one already.
		`{"service":"shelf","kind":"edited","body":{"others":null}}`: "/items",
	} {
		f := start(t)
		f.expect("POST", "/faults", fault, 204, "")
		f.call(http.MethodPost, f.url+harmless, "a")
		f.expect("GET", "/faults", "", 200, `"remaining":1,"happened":0`)
		if got := f.core.Journal.Requests()[0].Fault; got != "" {
			t.Errorf("%s: the journal says that %s happened", fault, got)
		}
		if unused := f.core.Faults.Unused(); len(unused) != 1 {
			t.Errorf("%s is not among the unused: %v", fault, unused)
		}
	}
	f := start(t)
	f.expect("POST", "/faults", `{"service":"shelf","kind":"malformed"}`, 204, "")
	f.call(http.MethodGet, f.url+"/nowhere", "")
	f.call(http.MethodPost, f.url+"/items", "b")
	f.expect("GET", "/faults", "", 200, `[]`)
	if unused := f.core.Faults.Unused(); len(unused) != 0 {
		t.Errorf("unused: %v", unused)
	}
}

// TestAnswersAreCutInTheirMiddle reads what arrives of answers with a body and
// without one.
func TestAnswersAreCutInTheirMiddle(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"/items": `{"ite`, "/nowhere": ""} {
		f := start(t)
		f.expect("POST", "/faults", `{"service":"shelf","kind":"cut_answer"}`, 204, "")
		status := 0
		for _, method := range []string{http.MethodHead, http.MethodPost} {
			request, err := http.NewRequestWithContext(t.Context(), method, f.url+path, strings.NewReader("b"))
			if err != nil {
				t.Fatal(err)
			}
			response, err := f.client.Do(request)
			if err != nil {
				t.Fatalf("%s %s: %v", method, path, err)
			}
			text, err := io.ReadAll(response.Body)
			if closeErr := response.Body.Close(); closeErr != nil {
				t.Fatal(closeErr)
			}
			// Nothing can be cut from what answers a HEAD.
			if cut := method == http.MethodPost; errors.Is(err, io.ErrUnexpectedEOF) != cut || cut && string(text) != want {
				t.Errorf("%s %s: %q, %v", method, path, text, err)
			}
			status = response.StatusCode
		}
		if last := f.core.Journal.Requests()[1]; last.Status != status || last.Fault != string(simcore.KindCutAnswer) {
			t.Errorf("%s: the journal says %+v", path, last)
		}
	}
}

func TestFaultsThatWouldChangeNothingAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, fault := range []simcore.Fault{
		{Service: "shelf", Kind: simcore.KindDelay, Delay: "0"}, {Service: "shelf", Kind: simcore.KindDelay, Delay: "0s"},
		{Service: "shelf", Kind: simcore.KindEdited, Body: []byte(`{ }`)},
	} {
		if err := f.core.Faults.Add(fault); err == nil {
			t.Errorf("%v was taken", fault)
		}
	}
}

func TestSwitchesHaveBounds(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, test := range []struct{ name, value, refusal string }{
		{"size", "-1", `switch "size" takes 0 or more, got "-1"`},
		{"lag", "-2s", `switch "lag" takes 0 or more, got "-2s"`},
		{"rate", "-2", `switch "rate" takes -1 or more, got "-2"`},
		{"zone", "900h", `switch "zone" takes -12h to 14h, got "900h"`},
		{"zone", "-13h", `switch "zone" takes -12h to 14h, got "-13h"`},
		{"label", "", `switch "label" takes a value like "x", got ""`},
		{"label", " ", `switch "label" takes a value like "x", got " "`},
		{"size", "99999999999999999999", `switch "size" takes a value like "3"`},
	} {
		f.expect("POST", "/switches", `{"service":"shelf","name":"`+test.name+`","value":"`+test.value+`"}`, 400, test.refusal)
	}
	for name, value := range map[string]string{"size": "0", "lag": "0s", "rate": "-1", "zone": "-12h"} {
		f.expect("POST", "/switches", `{"service":"shelf","name":"`+name+`","value":"`+value+`"}`, 204, "")
	}
	f.expect("GET", "/switches", "", 200, `"value":"-12h","least":"-12h","most":"14h"`)
}
