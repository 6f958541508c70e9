package simcore

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"time"
)

// ControlHandler serves the control API over the core and its services.
//
//	GET    /requests           the journal; ?service=...&operation=... the part of it
//	DELETE /requests           empties it
//	GET    /requests/summary   counts by "service operation"
//	GET    /connections        TCP connections accepted, by service
//	GET    /state              every simulated object, by service
//	POST   /clock              {"advance": "10m"}
//	GET    /faults             the faults still to happen, how often, and how often they have
//	POST   /faults             plans a Fault
//	DELETE /faults             drops them all
//	GET    /switches           the switches, by service
//	POST   /switches           {"service", "name", "value"}
//	DELETE /objects            ?service=...&id=... removes one
//
// What it refuses, a parameter that a call does not have included, is answered
// with 400, 404 or 405, and a line of text that says what would be taken.
func (c *Core) ControlHandler(services []Service) http.Handler {
	control := control{core: c, services: map[string]Service{}}
	for _, service := range services {
		control.services[service.Name()] = service
	}
	endpoints := control.endpoints()
	mux := http.NewServeMux()
	for _, endpoint := range endpoints {
		mux.HandleFunc(endpoint.method+" "+endpoint.path, endpoint.serve)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { refuseEndpoint(w, r, endpoints) })
	return mux
}

// endpoint is one call of the control API.
type endpoint struct {
	method, path string
	handle       http.HandlerFunc
	// parameters are those of the query that it takes.
	parameters []string
}

func (c control) endpoints() []endpoint {
	core := c.core
	return []endpoint{
		{http.MethodGet, "/requests", c.requests, []string{"service", "operation"}},
		{http.MethodDelete, "/requests", empty(core.Journal.Reset), nil},
		{http.MethodGet, "/requests/summary", show(core.Journal.Summary), nil},
		{http.MethodGet, "/connections", show(core.Journal.Connections), nil},
		{http.MethodGet, "/state", c.state, nil},
		{http.MethodPost, "/clock", c.advance, nil},
		{http.MethodGet, "/faults", show(core.Faults.Pending), nil},
		{http.MethodPost, "/faults", c.addFault, nil},
		{http.MethodDelete, "/faults", empty(core.Faults.Clear), nil},
		{http.MethodGet, "/switches", c.switches, nil},
		{http.MethodPost, "/switches", c.setSwitch, nil},
		{http.MethodDelete, "/objects", c.deleteObject, []string{"service", "id"}},
	}
}

// show answers with what there is now.
func show[T any](get func() T) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { WriteJSON(w, http.StatusOK, get()) }
}

// empty removes something.
func empty(remove func()) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		remove()
		w.WriteHeader(http.StatusNoContent)
	}
}

// refuseEndpoint answers to a path, or to a method on one, that there is not.
func refuseEndpoint(w http.ResponseWriter, r *http.Request, endpoints []endpoint) {
	status, calls := http.StatusNotFound, make([]string, 0, len(endpoints))
	for _, endpoint := range endpoints {
		calls = append(calls, endpoint.method+" "+endpoint.path)
		if endpoint.path == r.URL.Path {
			status = http.StatusMethodNotAllowed
			w.Header().Add("Allow", endpoint.method)
		}
	}
	http.Error(w, unknown("call", r.Method+" "+r.URL.Path, calls).Error(), status)
}

type control struct {
	core     *Core
	services map[string]Service
}

func (c control) state(w http.ResponseWriter, _ *http.Request) {
	state := map[string]any{}
	for name, service := range c.services {
		state[name] = service.State()
	}
	WriteJSON(w, http.StatusOK, state)
}

func (c control) advance(w http.ResponseWriter, r *http.Request) {
	type clock struct {
		Advance string `json:"advance"`
	}
	body, ok := readDocument[clock](w, r, `{"advance": "10m"}`)
	if !ok {
		return
	}
	d, err := parseLength("advance", body.Advance)
	if err != nil {
		refuse(w, err)
		return
	}
	// A time.Duration ends after 292 years, and so does the clock.
	if c.core.Clock.Now().Add(d).Sub(c.core.Clock.Unmoved()) == math.MaxInt64 {
		refuse(w, fmt.Errorf(`"advance" is too long: the clock can be 292 years ahead, got %q`, body.Advance))
		return
	}
	c.core.Clock.Advance(d)
	WriteJSON(w, http.StatusOK, map[string]time.Time{"now": c.core.Clock.Now()})
}

func (c control) addFault(w http.ResponseWriter, r *http.Request) {
	fault, ok := readDocument[Fault](w, r, `{"service": "arm", "operation": "PacketCaptures_Get", "kind": "status", "code": 503, "times": 2}`)
	if !ok {
		return
	}
	if err := c.core.Faults.Add(fault); err != nil {
		refuse(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (c control) switches(w http.ResponseWriter, _ *http.Request) {
	all := map[string][]Switch{}
	for name, service := range c.services {
		all[name] = service.Switches().All()
	}
	WriteJSON(w, http.StatusOK, all)
}

func (c control) setSwitch(w http.ResponseWriter, r *http.Request) {
	type change struct {
		Service string `json:"service"`
		Name    string `json:"name"`
		Value   string `json:"value"`
	}
	body, ok := readDocument[change](w, r, `{"service": "arm", "name": "capture_quota", "value": "1"}`)
	if !ok {
		return
	}
	service := c.service(w, body.Service)
	if service == nil {
		return
	}
	if err := service.Switches().Set(body.Name, body.Value); err != nil {
		refuse(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (c control) deleteObject(w http.ResponseWriter, r *http.Request) {
	service := c.service(w, r.URL.Query().Get("service"))
	if service == nil {
		return
	}
	if id := r.URL.Query().Get("id"); !service.Delete(id) {
		http.Error(w, unknown("object of "+service.Name(), id, service.Objects()).Error(), http.StatusNotFound)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// service returns the service of that name, or refuses and returns nil.
func (c control) service(w http.ResponseWriter, name string) Service {
	service, known := c.services[name]
	if !known {
		refuse(w, unknown("service", name, slices.Collect(maps.Keys(c.services))))
	}
	return service
}

func refuse(w http.ResponseWriter, err error) {
	http.Error(w, err.Error(), http.StatusBadRequest)
}
