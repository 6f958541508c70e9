package datacollector

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// errorBody is the service's error: capital letters and no wrapper, unlike
// every other API of Azure.
type errorBody struct {
	Error   string
	Message *string
}

// refusal is one row of the documented return codes.
type refusal struct {
	status        int
	code, message string
}

func (r refusal) body() errorBody {
	if r.message == "" {
		return errorBody{Error: r.code}
	}
	return errorBody{Error: r.code, Message: &r.message}
}

// The refusals; messages are those that were seen in public reports.
var (
	missingAuthorization = refusal{http.StatusForbidden, "InvalidAuthorization", "No Authorization header was specified"}
	invalidSignature     = refusal{http.StatusForbidden, "InvalidAuthorization", "An invalid signature was specified in the Authorization header"}
	invalidDate          = refusal{http.StatusForbidden, "InvalidAuthorization", "An invalid date format used in the x-ms-date header."}
	invalidCustomer      = refusal{http.StatusBadRequest, "InvalidCustomerId", ""}
	inactiveCustomer     = refusal{http.StatusBadRequest, "InactiveCustomer", ""}
	missingVersion       = refusal{http.StatusBadRequest, "MissingApiVersion", ""}
	invalidVersion       = refusal{http.StatusBadRequest, "InvalidApiVersion", ""}
	missingContentType   = refusal{http.StatusBadRequest, "MissingContentType", ""}
	unsupportedType      = refusal{http.StatusBadRequest, "UnsupportedContentType", ""}
	missingLogType       = refusal{http.StatusBadRequest, "MissingLogType", ""}
	invalidLogType       = refusal{http.StatusBadRequest, "InvalidLogType", ""}
	invalidFormat        = refusal{http.StatusBadRequest, "InvalidDataFormat", ""}
)

var logTypePattern = regexp.MustCompile(`^[A-Za-z0-9_]{1,100}$`)

func (s *Service) now() time.Time {
	now := s.core.Clock.Now()
	if s.switches.Get(SwitchDateClock) == "real" {
		now = s.core.Clock.Unmoved()
	}
	return now.Add(s.switches.Duration(SwitchClockOffset))
}

// date sets the Date header to the service's own time.
func (s *Service) date(w http.ResponseWriter) {
	if s.switches.On(SwitchDateHeader) {
		w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
		return
	}
	w.Header()["Date"] = nil
}

// post checks in the order: header, version, date, time, signature, log
// type, content type, size, JSON.
func (s *Service) post(w http.ResponseWriter, r *http.Request) {
	s.date(w)
	if s.retired(w) {
		return
	}
	body, err := readBody(r)
	if err != nil {
		panic(http.ErrAbortHandler) // The client has gone.
	}
	id, found := s.authorize(r, len(body))
	if found != nil {
		refuse(w, *found)
		return
	}
	contentType := r.Header.Get("Content-Type")
	switch {
	case !logTypePattern.MatchString(r.Header.Get("Log-Type")):
		refuse(w, invalidLogType)
	case contentType != "application/json" && !s.charsetAccepted(contentType):
		refuse(w, unsupportedType)
	case len(body) >= s.switches.Int(SwitchPostLimit):
		s.oversize(w)
	case !s.withinRate(id, len(body)):
		w.WriteHeader(http.StatusTooManyRequests)
	default:
		s.ingest(w, r, id, body)
	}
}

// withinRate counts a post against its workspace's rate.
func (s *Service) withinRate(workspace string, bytes int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, current := s.core.Clock.Now(), s.minutes[workspace]
	if now.Sub(current.began) >= time.Minute {
		current = minute{began: now}
	}
	current.bytes += bytes
	s.minutes[workspace] = current
	return current.bytes <= s.switches.Int(SwitchRate)
}

func (s *Service) ingest(w http.ResponseWriter, r *http.Request, workspace string, body []byte) {
	_, err := s.store.IngestClassic(logstore.ClassicPost{
		Workspace: workspace, LogType: r.Header.Get("Log-Type"), Body: body,
		TimeField: r.Header.Get("time-generated-field"), ResourceID: r.Header.Get("x-ms-AzureResourceId"),
		FlattenDepth: s.switches.Int(SwitchFlattenDepth), Names: namePolicies[s.switches.Get(SwitchPropertyNames)],
	})
	if err != nil {
		refuse(w, invalidFormat)
		return
	}
	w.WriteHeader(http.StatusOK)
}

var namePolicies = map[string]logstore.NamePolicy{
	"refuse": logstore.NamesRefuse, "underscore": logstore.NamesUnderscore, "drop": logstore.NamesDrop,
}

// retired answers as the switch says, and reports whether it did.
func (s *Service) retired(w http.ResponseWriter) bool {
	face := s.switches.Get(SwitchRetired)
	switch face {
	case "off":
		return false
	case "cut":
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(faces[face])
	return true
}

// faces are the statuses of switches' values.
var faces = map[string]int{
	"forbidden": http.StatusForbidden, "not_found": http.StatusNotFound,
	"gone": http.StatusGone, "too_large": http.StatusRequestEntityTooLarge,
}

func (s *Service) oversize(w http.ResponseWriter) {
	face := s.switches.Get(SwitchOversize)
	if face == "cut" {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(faces[face])
}

// readBody reads all that arrives. What is announced is allocated at once.
func readBody(r *http.Request) ([]byte, error) {
	const most = 64 << 20
	var body bytes.Buffer
	if r.ContentLength > 0 && r.ContentLength < most {
		body.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	_, err := body.ReadFrom(io.LimitReader(r.Body, most))
	return body.Bytes(), err
}

func refuse(w http.ResponseWriter, with refusal) { writeJSON(w, with.status, with.body()) }
