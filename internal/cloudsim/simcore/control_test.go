package simcore_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// shelf is the simplest service: a set of names.
type shelf struct {
	switches *simcore.Switches

	mu      sync.Mutex
	items   map[string]bool
	lastLRO *simcore.Fault
}

func newShelf() *shelf {
	return &shelf{items: map[string]bool{"a": true}, switches: simcore.NewSwitches(
		simcore.Switch{Name: "polite", Value: "true", Allowed: []string{"true", "false"}},
		simcore.Switch{Name: "lag", Value: "2s"}, simcore.Switch{Name: "size", Value: "3"}, simcore.Switch{Name: "label", Value: "x"},
		simcore.Switch{Name: "rate", Value: "5", Least: "-1"}, simcore.Switch{Name: "zone", Value: "8h", Least: "-12h", Most: "14h"})}
}

func (*shelf) Name() string                  { return "shelf" }
func (*shelf) Operations() []string          { return []string{"AddItem", "Other"} }
func (*shelf) LongRunning() []string         { return []string{"AddItem"} }
func (s *shelf) Switches() *simcore.Switches { return s.switches }
func (s *shelf) FaultBody(status int) any    { return map[string]int{"failed": status} }

func (s *shelf) State() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.items)
}

// seen returns whether an item was handled, and the fault that came with it.
func (s *shelf) seen(item string) (bool, *simcore.Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.items[item], s.lastLRO
}

func (s *shelf) Objects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.items))
}

func (s *shelf) Delete(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	existed := s.items[id]
	delete(s.items, id)
	return existed
}

func (s *shelf) Route(r *http.Request) simcore.Operation {
	if r.URL.Path != "/items" {
		return simcore.Operation{Handle: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }}
	}
	return simcore.Operation{Name: "AddItem", Handle: func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.items[string(body)] = true
		s.lastLRO = simcore.LROFault(r.Context())
		simcore.WriteJSON(w, http.StatusCreated, map[string]int{"items": len(s.items)})
	}}
}

// fixture is a served shelf with its control API.
type fixture struct {
	t            *testing.T
	core         *simcore.Core
	shelf        *shelf
	client       *http.Client
	url, control string
}

func start(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, core: simcore.NewCore(simcore.NewStoppedClock(time.Unix(0, 0))), shelf: newShelf(), client: simtest.PlainClient(t)}
	f.url = f.listen(f.core.Handler(f.shelf), f.core.Connected(f.shelf))
	f.control = f.listen(f.core.ControlHandler([]simcore.Service{f.shelf}), nil)
	return f
}

func (f *fixture) listen(handler http.Handler, onConnect func()) string {
	f.t.Helper()
	listener, err := simcore.Listen("127.0.0.1", nil, handler, onConnect)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			f.t.Error(err)
		}
	})
	return listener.URL
}

// call returns status, headers and body; status 0 means that the connection
// was cut.
func (f *fixture) call(method, url, body string) (int, http.Header, string) {
	f.t.Helper()
	request, err := http.NewRequestWithContext(f.t.Context(), method, url, bytes.NewBufferString(body))
	if err != nil {
		f.t.Fatal(err)
	}
	response, err := f.client.Do(request)
	if err != nil {
		return 0, nil, ""
	}
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		f.t.Fatal(err)
	}
	return response.StatusCode, response.Header, strings.TrimSpace(string(answer))
}

func (f *fixture) expect(method, path, body string, status int, contains string) {
	f.t.Helper()
	got, _, answer := f.call(method, f.control+path, body)
	if got != status || !strings.Contains(answer, contains) {
		f.t.Errorf("%s %s %s: got %d %s, want %d with %q", method, path, body, got, answer, status, contains)
	}
}

func TestControlAPI(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.call(http.MethodPost, f.url+"/items", "b")
	f.call(http.MethodGet, f.url+"/nowhere", "")
	f.expect("GET", "/requests/summary", "", 200, `{"shelf ":1,"shelf AddItem":1}`)
	f.expect("GET", "/requests", "", 200, `{"service":"shelf","operation":"AddItem","method":"POST","path":"/items","status":201,"time":"1970-01-01T00:00:00Z"}`)
	f.expect("GET", "/connections", "", 200, `{"shelf":1}`)
	f.expect("DELETE", "/requests", "", 204, "")
	f.expect("GET", "/requests", "", 200, `[]`)
	f.expect("GET", "/state", "", 200, `{"shelf":{"a":true,"b":true}}`)
	f.expect("POST", "/clock", `{"advance":"10m"}`, 200, `1970-01-01T00:10:00Z`)
	f.expect("POST", "/clock", `{"advance":"soon"}`, 400, `advance`)
	f.expect("DELETE", "/objects?service=shelf&id=a", "", 204, "")
	f.expect("DELETE", "/objects?service=shelf&id=a", "", 404, `no object of shelf "a", there are: b`)
	f.expect("DELETE", "/objects?service=cellar&id=a", "", 400, `no service "cellar", there are: shelf`)
	f.expect("POST", "/switches", `{"service":"shelf","name":"polite","value":"false"}`, 204, "")
	f.expect("GET", "/switches", "", 200, `{"name":"polite","description":"","value":"false","allowed":["true","false"]}`)
	f.expect("POST", "/switches", `{"service":"shelf","name":"polite","value":"maybe"}`, 400, "true, false")
	f.expect("POST", "/switches", `{"service":"shelf","name":"rude","value":"true"}`, 400, "polite, lag, size, label, rate, zone")
	f.expect("POST", "/faults", `{"service":"shelf","kind":"reset","tmes":3}`, 400, "tmes")
	f.expect("POST", "/switches", `{"service":"cellar","name":"polite","value":"true"}`, 400, `no service "cellar", there are: shelf`)
	f.expect("POST", "/faults", `{"service":"cellar","kind":"reset"}`, 400, `no service "cellar", there are: *, shelf`)
	f.expect("POST", "/faults", `{"service":"shelf","operation":"AddItems","kind":"reset"}`, 400, `no operation of shelf "AddItems", there are: *, AddItem, Other`)
	f.expect("POST", "/faults", `{"service":"shelf","kind":"status","code":403,"error_code":"AuthorizationFailure"}`, 400, `give the service's whole error as`)
	f.expect("POST", "/faults", `{"service":"shelf","operation":"*","kind":"reset","times":-1}`, 204, "")
	f.expect("GET", "/faults", "", 200, `"remaining":-1,"happened":0`)
	f.expect("DELETE", "/faults", "", 204, "")
	f.expect("GET", "/faults", "", 200, `[]`)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault           string
		status          int
		header, body    string
		handled, broken bool
	}{
		"status":            {`{"kind":"status","code":503}`, 503, "", `{"failed":503}`, false, false},
		"status with body":  {`{"kind":"status","code":429,"body":{"x":1},"retry_after":7}`, 429, "7", `{"x":1}`, false, false},
		"status with text":  {`{"kind":"status","code":404,"body":"<html>"}`, 404, "", `<html>`, false, false},
		"reset":             {`{"kind":"reset"}`, 0, "", ``, false, false},
		"drop after commit": {`{"kind":"drop_after_commit"}`, 0, "", ``, true, false},
		"delay":             {`{"kind":"delay","delay":"10ms"}`, 201, "", `{"items":2}`, true, false},
		"malformed":         {`{"kind":"malformed"}`, 201, "", ``, true, true},
		"lro failed":        {`{"kind":"lro_failed","error_code":"Broke"}`, 201, "", `{"items":2}`, true, false},
		"replaced by null":  {`{"kind":"replaced","body":null}`, 200, "", `null`, true, false},
		"replaced":          {`{"kind":"replaced","body":{"x":1}}`, 200, "", `{"x":1}`, true, false},
		"edited":            {`{"kind":"edited","body":{"items":null,"list":{"id":1}}}`, 201, "", `{"list":{"id":1}}`, true, false},
		"other operation":   {`{"kind":"reset","operation":"Other"}`, 201, "", `{"items":2}`, true, false},
		"skipped":           {`{"kind":"reset","skip":1}`, 201, "", `{"items":2}`, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			f.expect("POST", "/faults", strings.Replace(test.fault, "{", `{"service":"shelf",`, 1), 204, "")
			status, header, body := f.call(http.MethodPost, f.url+"/items", "b")
			if status != test.status || (header.Get("Retry-After") != test.header) {
				t.Errorf("got %d, Retry-After %q", status, header.Get("Retry-After"))
			}
			if test.broken == json.Valid([]byte(body)) && body != test.body || !test.broken && body != test.body {
				t.Errorf("got body %q, want %q", body, test.body)
			}
			handled, fault := f.shelf.seen("b")
			if handled != test.handled {
				t.Errorf("handled: %v", handled)
			}
			if (fault != nil) != (name == "lro failed") {
				t.Errorf("the handler saw the fault %v", fault)
			}
			if got := f.core.Journal.Requests()[0].Status; got != test.status {
				t.Errorf("the journal says %d", got)
			}
			// A fault happens once unless it says otherwise.
			want := 201
			if name == "skipped" {
				want = 0
			}
			if status, _, _ := f.call(http.MethodPost, f.url+"/items", "c"); status != want {
				t.Errorf("the next request got %d, want %d", status, want)
			}
		})
	}
}

// TestEveryLetsSomeRequestsThrough sends requests until the fault is used up.
func TestEveryLetsSomeRequestsThrough(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string][]int{
		`"every":2,"times":2`:          {201, 429, 201, 429, 201, 201},
		`"every":2,"times":-1`:         {201, 429, 201, 429, 201, 429},
		`"every":3,"times":2,"skip":1`: {201, 201, 201, 429, 201, 201, 429, 201, 201, 201},
		`"every":1,"times":2`:          {429, 429, 201},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			f.expect("POST", "/faults", `{"service":"shelf","operation":"AddItem","kind":"status","code":429,`+fault+`}`, 204, "")
			var got []int
			for range want {
				// What the fault does not concern does not count.
				f.call(http.MethodGet, f.url+"/nowhere", "")
				status, _, _ := f.call(http.MethodPost, f.url+"/items", "b")
				got = append(got, status)
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestImpossibleFaultsAreRefused(t *testing.T) {
	t.Parallel()
	for _, fault := range []simcore.Fault{
		{Kind: simcore.KindReset}, {Service: "shelf", Kind: "explode"}, {Service: "shelf", Kind: simcore.KindStatus}, {Service: "shelf", Kind: simcore.KindDelay},
		{Service: "shelf", Kind: simcore.KindReset, Every: -1}, {Service: "shelf", Kind: simcore.KindReplaced}, {Service: "shelf", Kind: simcore.KindEdited},
	} {
		if err := new(simcore.Faults).Add(fault); err == nil {
			t.Errorf("%v was taken", fault)
		}
	}
}

func TestSwitchesKeepTheirKind(t *testing.T) {
	t.Parallel()
	switches := newShelf().switches
	for name, value := range map[string]string{"size": "many", "lag": "long", "polite": ""} {
		if err := switches.Set(name, value); err == nil {
			t.Errorf("%s took %q", name, value)
		}
	}
	for name, value := range map[string]string{"size": "7", "lag": "1m", "label": "anything"} {
		if err := switches.Set(name, value); err != nil {
			t.Error(err)
		}
	}
	if switches.Int("size") != 7 || switches.Duration("lag") != time.Minute || switches.Get("label") != "anything" || !switches.On("polite") {
		t.Error(switches.All())
	}
}

func TestCAIsTrustedAndReloaded(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	made, err := simcore.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := made.Save(folder); err != nil {
		t.Fatal(err)
	}
	loaded, err := simcore.LoadCA(folder)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made.PEM(), loaded.PEM()) {
		t.Error("the reloaded authority has another certificate")
	}
}
