package logsingestion

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// errorBody is the error envelope of Azure's APIs.
type errorBody struct {
	Error errorDetail `json:"error"`
}

type errorDetail struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func refuse(w http.ResponseWriter, status int, code, format string, arguments ...any) {
	w.Header().Set("x-ms-error-code", code)
	simcore.WriteJSON(w, status, errorBody{errorDetail{Code: code, Message: fmt.Sprintf(format, arguments...)}})
}

// Operations implements simcore.Service.
func (s *Service) Operations() []string {
	return []string{OperationUpload}
}

// Route implements simcore.Service.
func (s *Service) Route(r *http.Request) simcore.Operation {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if r.Method == http.MethodPost && len(parts) == 4 && strings.EqualFold(parts[0], "dataCollectionRules") && strings.EqualFold(parts[2], "streams") {
		return simcore.Operation{Name: OperationUpload, Handle: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("x-ms-request-id", uuid.NewString())
			s.upload(w, r, parts[1], parts[3])
		}}
	}
	return simcore.Operation{Handle: func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "NotFound", "The requested path does not exist.")
	}}
}

// audiences are those of the three clouds.
var audiences = []string{"https://monitor.azure.com", "https://monitor.azure.us", "https://monitor.azure.cn"}

// apiVersions are taken alike; Fluent Bit and the first clients of the
// vendor send the preview.
var apiVersions = []string{"2023-01-01", "2021-11-01-preview"}

func (s *Service) upload(w http.ResponseWriter, r *http.Request, ruleID, streamName string) {
	if !slices.Contains(apiVersions, apiVersion(r)) {
		refuse(w, http.StatusBadRequest, "InvalidApiVersion", "The api-version is missing or not known.")
		return
	}
	token, isBearer := simcore.Bearer(r.Header)
	if !isBearer || s.verifier.Verify(token, audiences...) != nil {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		refuse(w, http.StatusUnauthorized, "InvalidAuthenticationToken", "The access token is missing, expired, or not meant for this service.")
		return
	}
	limit := s.switches.Int(SwitchWireLimit)
	wire, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	if err != nil {
		panic(http.ErrAbortHandler) // The client has gone.
	}
	if len(wire) > limit {
		refuse(w, http.StatusRequestEntityTooLarge, "ContentLengthLimitExceeded",
			"Maximum allowed content length: %d bytes (1 MB). Provided content length: %d bytes.", limit, len(wire))
		return
	}
	stream, workspace, ok := s.admit(w, ruleID, streamName, len(wire))
	if !ok {
		return
	}
	if simcore.MediaType(r.Header) != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "UnsupportedMediaType", "The Content-Type must be application/json.")
		return
	}
	s.ingest(w, r, wire, ruleID, logstore.StreamUpload{Workspace: workspace, Table: stream.Table, Columns: stream.Columns})
}

// apiVersion also takes the key as some clients escape it.
func apiVersion(r *http.Request) string {
	query, err := url.ParseQuery(strings.ReplaceAll(strings.ReplaceAll(r.URL.RawQuery, "api%252D", "api-"), "api%2D", "api-"))
	if err != nil {
		return ""
	}
	return query.Get("api-version")
}

// admit finds the stream and counts the request against the rule's rates. It
// answers itself if the request may not pass.
func (s *Service) admit(w http.ResponseWriter, ruleID, streamName string, bytes int) (Stream, string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.core.Clock.Now()
	r, found := s.rules[strings.ToLower(ruleID)]
	if !found {
		refuse(w, http.StatusNotFound, "NotFound", "Data collection rule with immutable Id '%s' not found.", ruleID)
		return Stream{}, "", false
	}
	if r.Forbidden || now.Before(r.created.Add(s.switches.Duration(SwitchRoleDelay))) {
		refuse(w, http.StatusForbidden, "OperationFailed",
			"The authentication token provided does not have access to ingest data for the data collection rule with immutable Id '%s' PipelineAccessResult: AccessGranted: False, IsRbacPresent: False, IsDcrDceBindingValid: , DcrArmId: ", ruleID)
		return Stream{}, "", false
	}
	stream, found := r.Streams[streamName]
	if !found {
		refuse(w, http.StatusBadRequest, "InvalidStream", "The stream %s was not configured in the data collection rule with immutable Id '%s'.", streamName, ruleID)
		return Stream{}, "", false
	}
	if now.Sub(r.began) >= time.Minute {
		r.began, r.requests, r.bytes = now, 0, 0
	}
	r.requests++
	r.bytes += bytes
	if r.requests > s.switches.Int(SwitchRequestRate) || r.bytes > s.switches.Int(SwitchByteRate) {
		w.Header().Set("Retry-After", strconv.Itoa(s.switches.Int(SwitchRetryAfter)))
		refuse(w, http.StatusTooManyRequests, "TooManyRequests", "The rate limit of the data collection rule was exceeded.")
		return Stream{}, "", false
	}
	return stream, r.Workspace, true
}

func (s *Service) ingest(w http.ResponseWriter, r *http.Request, wire []byte, ruleID string, upload logstore.StreamUpload) {
	limit := s.switches.Int(SwitchRawLimit)
	text, err := decoded(r.Header.Get("Content-Encoding"), wire, limit)
	if err != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequestBody", "The request body could not be decompressed.")
		return
	}
	if len(text) > limit {
		// The gateway has accepted it; what comes behind loses it.
		s.lose(ruleID)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	upload.Body = text
	_, err = s.store.IngestStream(upload)
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, logstore.ErrTimeRange):
		refuse(w, http.StatusBadRequest, "RecordsTimeRangeIsMoreThan30Minutes", "The time range of the records is more than 30 minutes.")
	default:
		refuse(w, http.StatusBadRequest, "InvalidRequestBody", "The request body is not valid: %s.", err)
	}
}

func (s *Service) lose(ruleID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, found := s.rules[strings.ToLower(ruleID)]; found {
		r.lost++
	}
}

// decoded decompresses a body, up to a byte more than limit. The name of an
// encoding is in any casing (RFC 9110, 8.4.1), and identity is none.
func decoded(encoding string, wire []byte, limit int) ([]byte, error) {
	switch strings.ToLower(encoding) {
	case "", "identity":
		return wire, nil
	case "gzip":
	default:
		return nil, fmt.Errorf("unknown encoding %q", encoding)
	}
	reader, err := gzip.NewReader(bytes.NewReader(wire))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(reader, int64(limit)+1))
}
