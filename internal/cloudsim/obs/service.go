// Package obs simulates Huawei Cloud's Object Storage Service as far as captures
// are read from it: objects by signed links, with ranges and conditions.
//
// Source: https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0083.html
package obs

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Name is the service's name in the control API.
const Name = "obs"

// OperationGet is the vendor's operation.
const OperationGet = "GetObject"

// Bucket holds the captures; its host has to be in the Host header.
const (
	Bucket = "sim-captures"
	Host   = Bucket + ".obs.cn-north-4.myhuaweicloud.com"
)

// accessKey signs the links.
const accessKey = "SIMOBSACCESSKEY"

// Object is a stored file.
type Object struct {
	Key          string
	LastModified time.Time
	// Write writes the content, the same every time.
	Write func(io.Writer) error
}

// Source has objects.
type Source interface {
	Files() []Object
}

// Service is the simulated storage.
type Service struct {
	core     *simcore.Core
	switches *simcore.Switches
	secret   []byte

	mu      sync.Mutex
	source  Source
	url     string
	removed map[string]bool
}

var _ simcore.Service = (*Service)(nil)

// New returns a storage without objects.
func New(core *simcore.Core) *Service {
	return &Service{core: core, switches: simcore.NewSwitches(), secret: []byte(simcore.RandomText(32)), removed: map[string]bool{}}
}

// Serve says whose objects are served, and at which origin.
func (s *Service) Serve(source Source, origin string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.source, s.url = source, origin
}

// Link signs a link to an object, and says which Host header it needs.
func (s *Service) Link(key string, expires time.Time) (link, host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := strconv.FormatInt(expires.Unix(), 10)
	query := url.Values{"AccessKeyId": {accessKey}, "Expires": {end}, "Signature": {s.sign(http.MethodGet, key, end)}}
	return s.url + "/" + (&url.URL{Path: key}).EscapedPath() + "?" + query.Encode(), Host
}

// sign signs a method: a link to read neither writes nor deletes.
func (s *Service) sign(method, key, expires string) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(strings.Join([]string{method, "", "", expires, "/" + Bucket + "/" + key}, "\n")))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Name implements simcore.Service.
func (s *Service) Name() string { return Name }

// Switches implements simcore.Service.
func (s *Service) Switches() *simcore.Switches { return s.switches }

// objectState is an object in the control API's state.
type objectState struct {
	Key          string    `json:"key"`
	LastModified time.Time `json:"last_modified"`
}

// State implements simcore.Service: the bucket and its objects.
func (s *Service) State() any {
	objects := []objectState{}
	for _, object := range s.Stored() {
		objects = append(objects, objectState{object.Key, object.LastModified})
	}
	return map[string]any{"bucket": Bucket, "objects": objects}
}

// Objects implements simcore.Service.
func (s *Service) Objects() []string {
	var keys []string
	for _, object := range s.Stored() {
		keys = append(keys, object.Key)
	}
	return keys
}

// Delete implements simcore.Service: it removes the object with that key.
func (s *Service) Delete(id string) bool {
	if _, found := s.find(id); !found {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.removed[id] = true
	return true
}

// FaultBody implements simcore.Service.
func (s *Service) FaultBody(status int) any {
	return simcore.RawBody{ContentType: "application/xml", Text: errorBody(strings.ReplaceAll(http.StatusText(status), " ", ""), "Injected by the simulator.", uuid.NewString())}
}

// Operations implements simcore.Service.
func (s *Service) Operations() []string {
	return []string{OperationGet}
}

// Route implements simcore.Service.
func (s *Service) Route(r *http.Request) simcore.Operation {
	switch r.Method {
	case http.MethodGet:
		return simcore.Operation{Name: OperationGet, Handle: s.get}
	case http.MethodHead, http.MethodPut, http.MethodDelete:
		// Nobody has a link that is signed for these.
		return simcore.Operation{Handle: s.get}
	}
	return simcore.Operation{Handle: func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.")
	}}
}

func errorBody(code, message, requestID string) string {
	text, err := xml.Marshal(struct {
		XMLName   xml.Name `xml:"Error"`
		Code      string   `xml:"Code"`
		Message   string   `xml:"Message"`
		RequestID string   `xml:"RequestId"`
	}{Code: code, Message: message, RequestID: requestID})
	if err != nil {
		panic("obs: " + err.Error())
	}
	return xml.Header + string(text)
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	id := uuid.NewString()
	w.Header().Set("x-obs-request-id", id)
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	if _, err := io.WriteString(w, errorBody(code, message, id)); err != nil {
		return // The client has gone.
	}
}

func (s *Service) get(w http.ResponseWriter, r *http.Request) {
	key, query := strings.TrimPrefix(r.URL.Path, "/"), r.URL.Query()
	expires, err := strconv.ParseInt(query.Get("Expires"), 10, 64)
	switch {
	case r.Host != Host:
		refuse(w, http.StatusForbidden, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.")
	case !query.Has("Signature"):
		refuse(w, http.StatusForbidden, "AccessDenied", "Access Denied")
	case query.Get("AccessKeyId") != accessKey:
		refuse(w, http.StatusForbidden, "InvalidAccessKeyId", "The access key ID you provided does not exist in our records.")
	case err != nil || s.core.Clock.Now().After(time.Unix(expires, 0)):
		refuse(w, http.StatusForbidden, "AccessDenied", "Request has expired")
	case query.Get("Signature") != s.sign(r.Method, key, query.Get("Expires")):
		refuse(w, http.StatusForbidden, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.")
	default:
		s.serve(w, r, key)
	}
}

// Stored returns what is stored. It asks the source without the lock, as the
// source signs links with its own.
func (s *Service) Stored() []Object {
	s.mu.Lock()
	source := s.source
	s.mu.Unlock()
	if source == nil {
		return nil
	}
	objects := source.Files()
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(objects, func(o Object) bool { return s.removed[o.Key] })
}

func (s *Service) find(key string) (Object, bool) {
	objects := s.Stored()
	if i := slices.IndexFunc(objects, func(o Object) bool { return o.Key == key }); i >= 0 {
		return objects[i], true
	}
	return Object{}, false
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request, key string) {
	object, found := s.find(key)
	if !found {
		refuse(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
		return
	}
	var content bytes.Buffer
	if err := object.Write(&content); err != nil {
		refuse(w, http.StatusInternalServerError, "InternalError", err.Error())
		return
	}
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(content.Bytes())))
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("x-obs-request-id", uuid.NewString())
	http.ServeContent(w, r, "", object.LastModified, bytes.NewReader(content.Bytes()))
}
