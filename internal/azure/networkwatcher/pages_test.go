package networkwatcher_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
)

// listPage answers with a page of a list, whose next page is at an address that
// next makes from the server's.
func listPage(t *testing.T, next func(own string) string, entries ...string) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		more := ""
		if next != nil {
			more = fmt.Sprintf(`,"nextLink":%q`, next("https://"+r.Host+r.URL.Path))
		}
		answer(t, w, http.StatusOK, `{"value":[`+strings.Join(entries, ",")+`]`+more+`}`)
	}
}

func after(token string) func(string) string {
	return func(own string) string { return own + "?api-version=2025-09-01&$skipToken=" + token }
}

func namedCapture(name string) string {
	return strings.NewReplacer("/web", "/"+name, `"web"`, `"`+name+`"`).Replace(stubCapture("Succeeded"))
}

func TestEveryPageOfAList(t *testing.T) {
	t.Parallel()
	s := newStub(t, listPage(t, after("1"), namedCapture("a")), listPage(t, after("2")), listPage(t, nil, namedCapture("b"), namedCapture("c")))
	captures, err := s.client.List(t.Context(), stubID.Watcher)
	var names []string
	for _, capture := range captures {
		names = append(names, *capture.Name)
	}
	if err != nil || fmt.Sprint(names) != "[a b c]" {
		t.Errorf("got %v, %v", names, err)
	}
	s.wantAsked(t, "GET", "GET", "GET")

	watcher := func(name string) string {
		return fmt.Sprintf(`{"id":%q,"name":%q,"location":%q}`, strings.TrimSuffix(stubID.Watcher.String(), "nw")+name, name, name)
	}
	s = newStub(t, listPage(t, after("1"), watcher("eastus")), listPage(t, nil, watcher("westus")))
	if found, err := s.client.WatcherIn(t.Context(), "s", "westus"); err != nil || *found.Name != "westus" {
		t.Errorf("got %v, %v", found, err)
	}
	s.wantAsked(t, "GET", "GET")
}

// TestAListWithoutItsEndIsNone has lists of which a part is missing: what
// there is of them proves nothing.
func TestAListWithoutItsEndIsNone(t *testing.T) {
	t.Parallel()
	entries := []string{namedCapture("a")}
	for name, test := range map[string]struct {
		answers []http.HandlerFunc
		says    string
	}{
		"a page is refused":            {[]http.HandlerFunc{listPage(t, after("1"), entries...), answers(t, http.StatusForbidden, `{"error":{"code":"Denied","message":"No."}}`)}, "Denied"},
		"a page is no answer":          {[]http.HandlerFunc{listPage(t, after("1"), entries...), answers(t, http.StatusOK, `{"html":"x"}`)}, "it has no list"},
		"a page is an error":           {[]http.HandlerFunc{listPage(t, after("1"), entries...), answers(t, http.StatusOK, `{"value":[],"error":{"code":"Busy","message":"x"}}`)}, "it is an error"},
		"the pages go in circles":      {[]http.HandlerFunc{listPage(t, after("1"), entries...), listPage(t, after("2")), listPage(t, after("1"))}, "was read before"},
		"the next page is elsewhere":   {[]http.HandlerFunc{listPage(t, func(string) string { return "https://192.0.2.1/next" }, entries...)}, "must not get the credentials"},
		"the next page has no address": {[]http.HandlerFunc{listPage(t, func(string) string { return "%zz" }, entries...)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t, test.answers...)
			captures, err := s.client.List(t.Context(), stubID.Watcher)
			if err == nil || captures != nil {
				t.Fatalf("got %v, %v", captures, err)
			}
			if text := azure.Describe(err).String(); !strings.Contains(text, test.says) {
				t.Errorf("got %s", text)
			}
		})
	}
}

func TestAListWithoutEnd(t *testing.T) {
	t.Parallel()
	var endless []http.HandlerFunc
	for i := range 1100 {
		endless = append(endless, listPage(t, after(fmt.Sprint(i)), namedCapture(fmt.Sprint("c", i))))
	}
	_, err := newStub(t, endless...).client.List(t.Context(), stubID.Watcher)
	wantText(t, err, "more than 1000 pages")
}
