package imds

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// family is a group of endpoints that share a rate limit and the shape of
// errors.
type family string

const (
	instanceFamily family = "instance"
	identityFamily family = "identity"
)

type instanceError struct {
	Error          string   `json:"error"`
	NewestVersions []string `json:"newest-versions,omitempty"`
}

type identityError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

var identityCodes = map[int]string{
	http.StatusBadRequest:          "invalid_request",
	http.StatusForbidden:           "forbidden",
	http.StatusNotFound:            "not_found",
	http.StatusMethodNotAllowed:    "method_not_allowed",
	http.StatusTooManyRequests:     "too_many_requests",
	http.StatusInternalServerError: "server_error",
	http.StatusServiceUnavailable:  "service_unavailable",
}

var texts = map[int]string{
	http.StatusBadRequest:          "Bad request",
	http.StatusForbidden:           "Forbidden",
	http.StatusNotFound:            "Not found",
	http.StatusMethodNotAllowed:    "Not allowed",
	http.StatusTooManyRequests:     "Too many requests",
	http.StatusInternalServerError: "Server error",
	http.StatusServiceUnavailable:  "Service unavailable",
}

func (f family) body(status int, text string) any {
	if text == "" {
		text = texts[status]
	}
	if text == "" {
		text = http.StatusText(status)
	}
	if f == identityFamily {
		return identityError{Error: identityCodes[status], Description: text}
	}
	return instanceError{Error: text}
}

// refuse answers with an error; an empty text is the status's usual one.
func (f family) refuse(w http.ResponseWriter, status int, text string) {
	simcore.WriteJSON(w, status, f.body(status, text))
}

// rules are what an endpoint demands before it looks at a request.
type rules struct {
	family  family
	methods []string
	// versioned endpoints need an api-version that is not older than since.
	versioned bool
	since     string
	// train is the endpoint's own list of versions; nil means the common one.
	train []string
}

var (
	getOnly           = []string{http.MethodGet}
	instanceRules     = rules{family: instanceFamily, methods: getOnly, versioned: true}
	versionsRules     = rules{family: instanceFamily, methods: getOnly}
	attestedRules     = rules{family: instanceFamily, methods: getOnly, versioned: true, since: "2018-10-01"}
	loadBalancerRules = rules{family: instanceFamily, methods: getOnly, versioned: true, since: "2020-10-01"}
	identityRules     = rules{family: identityFamily, methods: getOnly, versioned: true, since: "2018-02-01"}
	eventsRules       = rules{family: instanceFamily, methods: []string{http.MethodGet, http.MethodPost}, versioned: true, train: eventsVersions}
)

// call is a request that was admitted.
type call struct {
	request *http.Request
	query   url.Values
	version string
}

func (s *Service) operation(name string, demanded rules, handle func(http.ResponseWriter, call)) simcore.Operation {
	return simcore.Operation{Name: name, Handle: func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.stamp(w)
		if admitted, ok := s.admit(w, name, demanded, r); ok {
			handle(w, admitted)
		}
	}}
}

// stamp sets the headers that captured answers have.
func (s *Service) stamp(w http.ResponseWriter) {
	w.Header().Set("Server", "IMDS/150.870.65.1854")
	w.Header().Set("x-ms-request-id", uuid.NewString())
}

func (s *Service) admit(w http.ResponseWriter, name string, demanded rules, r *http.Request) (call, bool) {
	fail := func(status int) (call, bool) {
		demanded.family.refuse(w, status, "")
		return call{}, false
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	switch {
	case !slices.Contains(demanded.methods, r.Method):
		return fail(http.StatusMethodNotAllowed)
	case len(r.Header.Values("X-Forwarded-For")) > 0:
		return fail(s.switches.Int(switchForwardedFor))
	case s.needsHeader(name, query) && !strings.EqualFold(r.Header.Get("Metadata"), "true"):
		return s.refuseMissingHeader(w, demanded.family)
	case !s.withinRate(demanded.family):
		if seconds := s.switches.Int(switchRetryAfter); seconds > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
		}
		return fail(http.StatusTooManyRequests)
	case err != nil || r.URL.IsAbs() || hasDuplicate(query):
		// An absolute request target is how clients talk to proxies.
		return fail(http.StatusBadRequest)
	case name != OperationInstance && name != OperationVersions && s.switches.Get(switchScenario) == ScenarioAzureStackHub:
		return fail(http.StatusNotFound)
	}
	version := query.Get("api-version")
	if demanded.versioned && !slices.Contains(s.versions(demanded), version) {
		s.refuseVersion(w, demanded)
		return call{}, false
	}
	return call{request: r, query: query, version: version}, true
}

func (s *Service) needsHeader(name string, query url.Values) bool {
	switch name {
	case OperationVersions:
		return s.switches.On(switchVersionsHeader)
	case OperationEvents, OperationApprove:
		// The preview of scheduled events did not ask for it yet.
		return query.Get("api-version") != "2017-03-01"
	}
	return true
}

func (s *Service) refuseMissingHeader(w http.ResponseWriter, f family) (call, bool) {
	if f == identityFamily {
		simcore.WriteJSON(w, http.StatusBadRequest, identityError{
			Error: "bad_request_102", Description: "Required metadata header not specified",
		})
		return call{}, false
	}
	f.refuse(w, http.StatusBadRequest, "Bad request: . Required metadata header not specified")
	return call{}, false
}

func hasDuplicate(query url.Values) bool {
	for _, values := range query {
		if len(values) > 1 {
			return true
		}
	}
	return false
}

// withinRate counts a request against the family's limit over the last
// second of simulated time.
func (s *Service) withinRate(f family) bool {
	limit := s.switches.Int(switchRate)
	if f == identityFamily {
		limit = s.switches.Int(switchIdentityRate)
	}
	if limit < 0 {
		return true
	}
	now := s.core.Clock.Now()
	window := slices.DeleteFunc(s.recent[f], func(t time.Time) bool { return now.Sub(t) >= time.Second })
	within := len(window) < limit
	if within {
		window = append(window, now)
	}
	s.recent[f] = window
	return within
}
