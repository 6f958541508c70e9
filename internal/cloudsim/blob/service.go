// Package blob simulates Azure Blob Storage as far as captures are brought to it
// and read from it: Get Blob with ranges and conditions, List Blobs with markers,
// Put Blob, Put Block, Put Block List, Delete Blob, containers, OAuth tokens with
// their audience and role, and service SAS with their signature and permissions. One endpoint
// serves all accounts, with the account first in the path, as Azurite does.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
package blob

import (
	"crypto/rand"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Name is the service's name in the control API.
const Name = "blob"

// The service's operations.
const (
	OperationGet        = "Blob_Download"
	OperationProperties = "Blob_GetProperties"
	OperationList       = "Container_ListBlobFlatSegment"

	OperationUpload       = "BlockBlob_Upload"
	OperationStageBlock   = "BlockBlob_StageBlock"
	OperationCommitBlocks = "BlockBlob_CommitBlockList"
	OperationDelete       = "Blob_Delete"

	OperationContainer       = "Container_GetProperties"
	OperationCreateContainer = "Container_Create"
	OperationDeleteContainer = "Container_Delete"
)

// The service's switches.
const (
	// SwitchDataRole is whether the credential has a data role on the accounts.
	SwitchDataRole = "data_role"
	// SwitchPublicAccess is what a request without credentials gets.
	SwitchPublicAccess = "public_access"
	// SwitchPageSize is how many blobs a page of a list has at most.
	SwitchPageSize = "page_size"
	// SwitchUploads is whether the accounts' network rules let other services of
	// Azure bring files.
	SwitchUploads = "uploads"
)

// The container that is there from the beginning.
const (
	SeededAccount   = "tapcaptures"
	SeededContainer = "packet-captures"
)

func newSwitches() *simcore.Switches {
	return simcore.NewSwitches(
		simcore.Switch{Name: SwitchDataRole, Value: "present", Allowed: []string{"present", "contributor", "missing"},
			Description: "Whether the credential has Storage Blob Data Reader (present), Storage Blob Data Contributor, which writes and deletes as well, or none; Owner and Contributor do not give access to data."},
		simcore.Switch{Name: SwitchPublicAccess, Value: "disabled", Allowed: []string{"disabled", "private"},
			Description: "Whether the account forbids public access (409), or the container is private (401)."},
		simcore.Switch{Name: SwitchPageSize, Value: "5000", Least: "1", Description: "How many blobs a page of a list has."},
		simcore.Switch{Name: SwitchUploads, Value: "accepted", Allowed: []string{"accepted", "refused"},
			Description: "Whether the accounts' network rules let firewalls and gateways bring the files of their captures."},
	)
}

// Verifier checks bearer tokens; the simulated directory is one.
type Verifier interface {
	// Verify returns an error unless the token is valid for one of the audiences.
	Verify(token string, audiences ...string) error
	// TenantID is the directory's, which challenges name.
	TenantID() string
}

// Blob is a stored file.
type Blob struct {
	Account, Container, Name string
	LastModified             time.Time
	// Write writes the content, the same every time.
	Write func(io.Writer) error
	// At has the content, of SizeBytes, where it is too large to be kept: then
	// Write is nil.
	At        io.ReaderAt
	SizeBytes int64
	// ContentType is a media type; empty means application/octet-stream.
	ContentType string

	// revision tells contents apart that were stored in the same second.
	revision int64
}

// Source has blobs that others store. The slice and the identity of its blobs are
// its own: a blob is the same if its names and its time are.
type Source interface {
	Blobs() []Blob
}

// Service is the simulated API.
type Service struct {
	core     *simcore.Core
	verifier Verifier
	switches *simcore.Switches
	sources  []Source
	key      []byte

	mu       sync.Mutex
	stored   []Blob
	removed  map[string]bool
	contents map[string][]byte
	order    []string
	// revision is that of the latest stored blob.
	revision int64
	// blocks are the blocks of blobs, by path.
	blocks map[string]blocks

	containers containers
}

var _ simcore.Service = (*Service)(nil)

// New returns the API over what the sources store.
func New(core *simcore.Core, verifier Verifier, sources ...Source) *Service {
	key := make([]byte, 64)
	if _, err := rand.Read(key); err != nil {
		panic(err) // Documented never to happen.
	}
	return &Service{
		core: core, verifier: verifier, switches: newSwitches(), sources: sources, key: key, removed: map[string]bool{}, contents: map[string][]byte{}, blocks: map[string]blocks{},
		containers: containers{names: map[string]bool{SeededAccount + "/" + SeededContainer: true}},
	}
}

// AddSource adds what somebody else stores.
func (s *Service) AddSource(source Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sources = append(s.sources, source)
}

// AccountKey is the shared key of every account, in base64. Signatures are made
// with it.
func (s *Service) AccountKey() string { return base64.StdEncoding.EncodeToString(s.key) }

// Audience returns the constant of that name.
func (s *Service) Audience() string { return Audience }

// Name implements simcore.Service.
func (s *Service) Name() string { return Name }

// Protocols is HTTP/1.1 alone.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/http-version-support
func (*Service) Protocols() []string { return []string{"http/1.1"} }

// Switches implements simcore.Service.
func (s *Service) Switches() *simcore.Switches { return s.switches }

// blobState is a blob in the control API's state.
type blobState struct {
	Path         string    `json:"path"`
	LastModified time.Time `json:"last_modified"`
}

// State implements simcore.Service: the blobs.
func (s *Service) State() any {
	states := []blobState{}
	for _, b := range s.Blobs() {
		states = append(states, blobState{b.Path(), b.LastModified})
	}
	return states
}

// Objects implements simcore.Service.
func (s *Service) Objects() []string {
	var paths []string
	for _, b := range s.Blobs() {
		paths = append(paths, b.Path())
	}
	return paths
}

// Delete implements simcore.Service: it removes the blob "account/container/name".
func (s *Service) Delete(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.forget(func(b Blob) bool { return b.Path() == id })
}

// FaultBody implements simcore.Service.
func (s *Service) FaultBody(status int) any {
	codes := map[int]refusal{
		http.StatusForbidden:           refuse(status, "AuthorizationFailure", "This request is not authorized to perform this operation."),
		http.StatusNotFound:            refuse(status, "BlobNotFound", "The specified blob does not exist."),
		http.StatusPreconditionFailed:  refuse(status, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met."),
		http.StatusInternalServerError: refuse(status, "InternalError", "Server encountered an internal error. Please try again after some time."),
		http.StatusServiceUnavailable:  refuse(status, "ServerBusy", "The server is busy."),
	}
	refused, known := codes[status]
	if !known {
		refused = refuse(status, strings.ReplaceAll(http.StatusText(status), " ", ""), "The request failed.")
	}
	return simcore.RawBody{ContentType: "application/xml", Text: refused.body(uuid.NewString(), s.core.Clock.Now())}
}

// FaultHeader gives injected errors the headers that all answers carry.
func (s *Service) FaultHeader(int) http.Header {
	header := http.Header{}
	header.Set("x-ms-request-id", uuid.NewString())
	header.Set("x-ms-version", "2026-06-06")
	return header
}

// Env returns the endpoint, and a SAS for the seeded container that lets firewalls
// and gateways write captures to it and everybody list and read them for a week.
func (s *Service) Env(url string) []simcore.EnvVar {
	now := s.core.Clock.Now()
	return []simcore.EnvVar{
		{Name: "CLOUDTAP_AZURE_BLOB_ENDPOINT", Value: url},
		{Name: "CLOUDTAP_SIM_CAPTURE_CONTAINER_SAS_URL", Value: s.ContainerURL(SeededAccount, SeededContainer, "rwl", now.Add(-time.Hour), now.Add(7*24*time.Hour))},
	}
}
