package simcore

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"
)

// ControlHandler serves the control API over the core and its services.
//
//	GET    /requests           the journal
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
func (c *Core) ControlHandler(services []Service) http.Handler {
	control := control{core: c, services: map[string]Service{}}
	for _, service := range services {
		control.services[service.Name()] = service
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /requests", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, c.Journal.Requests())
	})
	mux.HandleFunc("DELETE /requests", func(w http.ResponseWriter, _ *http.Request) {
		c.Journal.Reset()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /requests/summary", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, c.Journal.Summary())
	})
	mux.HandleFunc("GET /connections", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, c.Journal.Connections())
	})
	mux.HandleFunc("GET /state", control.state)
	mux.HandleFunc("POST /clock", control.advance)
	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, c.Faults.Pending())
	})
	mux.HandleFunc("POST /faults", control.addFault)
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		c.Faults.Clear()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /switches", control.switches)
	mux.HandleFunc("POST /switches", control.setSwitch)
	mux.HandleFunc("DELETE /objects", control.deleteObject)
	return mux
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
	var body struct {
		Advance string `json:"advance"`
	}
	if !readControl(w, r, &body) {
		return
	}
	d, err := time.ParseDuration(body.Advance)
	if err != nil {
		refuse(w, fmt.Errorf(`"advance": %w`, err))
		return
	}
	c.core.Clock.Advance(d)
	WriteJSON(w, http.StatusOK, map[string]time.Time{"now": c.core.Clock.Now()})
}

func (c control) addFault(w http.ResponseWriter, r *http.Request) {
	var fault Fault
	if !readControl(w, r, &fault) {
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
	var body struct {
		Service string `json:"service"`
		Name    string `json:"name"`
		Value   string `json:"value"`
	}
	if !readControl(w, r, &body) {
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

// readControl decodes strictly: a misspelt member of a fault would make a
// test pass that should not.
func readControl(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(io.LimitReader(r.Body, 1<<20))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		refuse(w, err)
		return false
	}
	return true
}

func refuse(w http.ResponseWriter, err error) {
	http.Error(w, err.Error(), http.StatusBadRequest)
}
