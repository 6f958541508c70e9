package blob

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// refusal is an error answer.
type refusal struct {
	XMLName xml.Name `xml:"Error"`
	Code    string   `xml:"Code"`
	Message string   `xml:"Message"`

	status int
}

func refuse(status int, code, message string) refusal {
	return refusal{Code: code, Message: message, status: status}
}

// body is like the service's, whose message ends with the request id and the time.
func (r refusal) body(requestID string, now time.Time) string {
	r.Message = fmt.Sprintf("%s\nRequestId:%s\nTime:%s", r.Message, requestID, now.Format("2006-01-02T15:04:05.0000000Z"))
	text, err := xml.Marshal(r)
	if err != nil {
		panic("blob: " + err.Error())
	}
	return "\ufeff" + xml.Header[:len(xml.Header)-1] + string(text)
}

// hostSuffix follows the account in the host names of Blob Storage.
const hostSuffix = ".blob.core.windows.net"

// call is one request.
type call struct {
	w         http.ResponseWriter
	r         *http.Request
	requestID string
	// account, container and name come from the path.
	account, container, name string
	// needs are the permissions of a SAS of which one is enough; empty if none is.
	needs string
}

// operation is what a request does, and what a SAS has to give for it.
type operation struct {
	// method and comp are those of the request; onContainer says that it is for a
	// container, and not for a blob.
	method, comp string
	onContainer  bool
	name, needs  string
	serve        func(*Service, call) *refusal
}

// Permissions: https://learn.microsoft.com/rest/api/storageservices/create-service-sas#permissions-for-a-directory-container-or-blob
var operations = []operation{
	{http.MethodGet, "list", true, OperationList, "l", (*Service).list},
	{http.MethodGet, "", true, OperationContainer, "", (*Service).containerProperties},
	{http.MethodHead, "", true, OperationContainer, "", (*Service).containerProperties},
	{http.MethodPut, "", true, OperationCreateContainer, "", (*Service).createContainer},
	{http.MethodDelete, "", true, OperationDeleteContainer, "", (*Service).deleteContainer},
	{http.MethodGet, "", false, OperationGet, "r", (*Service).get},
	{http.MethodHead, "", false, OperationProperties, "r", (*Service).get},
	{http.MethodPut, "", false, OperationUpload, "wc", (*Service).upload},
	{http.MethodPut, "block", false, OperationStageBlock, "w", (*Service).stageBlock},
	{http.MethodPut, "blocklist", false, OperationCommitBlocks, "w", (*Service).commitBlocks},
	{http.MethodDelete, "", false, OperationDelete, "d", (*Service).remove},
}

// Operations implements simcore.Service.
func (s *Service) Operations() []string {
	var names []string
	for _, operation := range operations {
		if !slices.Contains(names, operation.name) {
			names = append(names, operation.name)
		}
	}
	return names
}

// Route implements simcore.Service.
func (s *Service) Route(r *http.Request) simcore.Operation {
	c := callOf(r)
	query := r.URL.Query()
	onContainer := c.container != "" && c.name == "" && query.Get("restype") == "container"
	for _, operation := range operations {
		if operation.method == r.Method && operation.comp == query.Get("comp") && operation.onContainer == onContainer && (onContainer || c.name != "") {
			c.needs = operation.needs
			return simcore.Operation{Name: operation.name, Handle: s.handle(c, func(c call) *refusal { return operation.serve(s, c) })}
		}
	}
	refused := refuse(http.StatusBadRequest, "InvalidUri", "The requested URI does not represent any resource on the server.")
	if !slices.ContainsFunc(operations, func(o operation) bool { return o.method == r.Method }) {
		refused = refuse(http.StatusMethodNotAllowed, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.")
	}
	c.needs = "rl"
	return simcore.Operation{Handle: s.handle(c, func(call) *refusal { return &refused })}
}

// callOf reads the path.
func callOf(r *http.Request) call {
	c := call{r: r}
	path := strings.TrimPrefix(r.URL.Path, "/")
	// At an account's own host name, which a hosts file may point here, the path
	// begins with the container.
	if account, own := ownHost(r); own {
		path = account + "/" + path
	}
	parts := strings.SplitN(path, "/", 3)
	c.account = parts[0]
	if len(parts) > 1 {
		c.container = parts[1]
	}
	if len(parts) > 2 {
		c.name = parts[2]
	}
	return c
}

func ownHost(r *http.Request) (account string, own bool) {
	account, _, own = strings.Cut(strings.ToLower(r.Host), hostSuffix)
	return account, own
}

// serviceEndpoint is the account's address, as the request had it.
func (c call) serviceEndpoint() string {
	if _, own := ownHost(c.r); own {
		return "https://" + c.r.Host + "/"
	}
	return "https://" + c.r.Host + "/" + c.account
}

func (s *Service) handle(c call, serve func(call) *refusal) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c.w, c.r, c.requestID = w, r, uuid.NewString()
		w.Header().Set("x-ms-request-id", c.requestID)
		if id := r.Header.Get("x-ms-client-request-id"); id != "" {
			w.Header().Set("x-ms-client-request-id", id)
		}
		if version := cmp.Or(r.Header.Get("x-ms-version"), r.URL.Query().Get("sv")); version != "" {
			w.Header().Set("x-ms-version", version)
		}
		refused := s.authorize(c)
		if refused == nil {
			refused = serve(c)
		}
		if refused == nil {
			return
		}
		w.Header().Set("x-ms-error-code", refused.Code)
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(refused.status)
		if r.Method == http.MethodHead || refused.status == http.StatusNotModified {
			return
		}
		if _, err := w.Write([]byte(refused.body(c.requestID, s.core.Clock.Now()))); err != nil { //nolint:gosec // The body is XML, with escaped text.
			return // The client has gone.
		}
	}
}

// find returns the request's blob.
func (s *Service) find(c call) (Blob, *refusal) {
	blobs := s.Blobs()
	if i := slices.IndexFunc(blobs, func(b Blob) bool { return b.Account == c.account && b.Container == c.container && b.Name == c.name }); i >= 0 {
		return blobs[i], nil
	}
	if refused := s.findContainer(c, blobs); refused != nil {
		return Blob{}, refused
	}
	refused := refuse(http.StatusNotFound, "BlobNotFound", "The specified blob does not exist.")
	return Blob{}, &refused
}

func (s *Service) findContainer(c call, blobs []Blob) *refusal {
	if s.containers.has(c.account, c.container) || slices.ContainsFunc(blobs, func(b Blob) bool { return b.Account == c.account && b.Container == c.container }) {
		return nil
	}
	refused := refuse(http.StatusNotFound, "ContainerNotFound", "The specified container does not exist.")
	return &refused
}
