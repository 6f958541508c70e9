package simcore

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// serve refuses parameters that the call does not have: one that means to
// narrow it down, and does not, would remove or list what was not asked for.
func (e endpoint) serve(w http.ResponseWriter, r *http.Request) {
	given, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		refuse(w, fmt.Errorf("the query %q cannot be read", r.URL.RawQuery))
		return
	}
	for name, values := range given {
		call := e.method + " " + e.path
		switch {
		case len(e.parameters) == 0:
			refuse(w, fmt.Errorf("%s takes no parameters, got %q", call, name))
			return
		case !slices.Contains(e.parameters, name):
			refuse(w, unknown("parameter of "+call, name, slices.Clone(e.parameters)))
			return
		case len(values) > 1:
			refuse(w, fmt.Errorf("%s takes %q once, got it %d times", call, name, len(values)))
			return
		}
	}
	e.handle(w, r)
}

// requests shows the journal, or those of its requests that called a service, an
// operation, or both.
func (c control) requests(w http.ResponseWriter, r *http.Request) {
	wanted := Fault{Service: r.URL.Query().Get("service"), Operation: r.URL.Query().Get("operation")}
	if err := c.core.Faults.checkKnown(wanted); err != nil {
		refuse(w, err)
		return
	}
	shown := []Request{}
	for _, request := range c.core.Journal.Requests() {
		if wanted.concerns(request.Service, request.Operation) {
			shown = append(shown, request)
		}
	}
	WriteJSON(w, http.StatusOK, shown)
}
