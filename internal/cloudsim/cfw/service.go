// Package cfw simulates the packet capture tasks of Huawei Cloud's Cloud
// Firewall, and as much of its firewalls as a client of those tasks asks
// for.
package cfw

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/iam"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// Options are the choices of a simulated Cloud Firewall.
type Options struct {
	// Realistic takes seconds for what takes the real service seconds: new
	// tasks appearing in the list, stopping, deletions. Otherwise it is a
	// matter of milliseconds.
	Realistic bool
	// Storage holds the files of finished tasks; nil for links that lead nowhere.
	Storage Storage
}

// Service is the simulated Cloud Firewall of one region. All state follows
// from the simulated clock; nothing runs in the background.
type Service struct {
	core     *simcore.Core
	iam      *iam.Service
	switches *simcore.Switches
	storage  Storage
	passing  traffic.Stream

	mu        sync.Mutex
	firewalls []*Firewall
	tasks     []*task
	starts    []start
}

// start is one use of the daily quota, which deleting a task does not give
// back.
type start struct {
	firewallID string
	at         time.Time
}

// New returns a service with the seeded firewalls. The given IAM decides who
// may call it.
func New(core *simcore.Core, accounts *iam.Service, options Options) *Service {
	return &Service{
		core: core, iam: accounts, storage: options.Storage, passing: traffic.Passing(behind),
		switches:  newSwitches(options.Realistic),
		firewalls: seededFirewalls(),
	}
}

// Name returns "cfw".
func (s *Service) Name() string { return "cfw" }

// Switches are the unknowns of the real service.
func (s *Service) Switches() *simcore.Switches { return s.switches }

// routes are the vendor's operations below /v1/{project_id}/.
var routes = []struct {
	request, name string
	handle        func(*Service, call) answer
}{
	{"POST capture-task", "CreateCaptureTask", (*Service).createTask},
	{"GET capture-task", "ListCaptureTask", (*Service).listTasks},
	{"POST capture-task/stop", "CancelCaptureTask", (*Service).stopTask},
	{"POST capture-task/batch-delete", "DeleteCaptureTask", (*Service).deleteTasks},
	{"GET capture-task/capture-result", "ListCaptureResult", (*Service).captureResult},
	{"GET firewall/exist", "ListFirewallDetail", (*Service).firewallDetail},
	{"POST firewalls/list", "ListFirewallList", (*Service).listFirewalls},
}

// Operations implements simcore.Service.
func (s *Service) Operations() []string {
	names := make([]string, 0, len(routes))
	for _, route := range routes {
		names = append(names, route.name)
	}
	return names
}

// Route implements simcore.Service.
func (s *Service) Route(r *http.Request) simcore.Operation {
	path, found := strings.CutPrefix(r.URL.Path, "/v1/")
	_, path, hasProject := strings.Cut(path, "/")
	for _, route := range routes {
		if found && hasProject && route.request == r.Method+" "+path {
			return simcore.Operation{Name: route.name, Handle: s.authenticated(func(c call) answer { return route.handle(s, c) })}
		}
	}
	return simcore.Operation{Handle: func(w http.ResponseWriter, _ *http.Request) { iam.RefuseUnknownRoute(w) }}
}

// call is one authenticated request.
type call struct {
	*http.Request
	projectID string
	body      []byte
}

// answer is what a handler returns: a status with a JSON body.
type answer struct {
	status int
	body   any
}

func (s *Service) authenticated(handle func(call) answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		identity, body, err := s.iam.Authenticate(r)
		if err != nil {
			iam.RefuseUnauthenticated(w, err)
			return
		}
		projectID, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
		if identity.ProjectID != projectID || projectID != s.iam.ProjectID() {
			iam.RefuseForeignProject(w)
			return
		}
		w.Header().Set("X-Request-Id", iam.NewRequestID())
		answer := handle(call{Request: r, projectID: projectID, body: body})
		simcore.WriteJSON(w, answer.status, answer.body)
	}
}

// FaultBody returns the error envelope: the API gateway's for what the
// gateway answers, and CFW's for the rest.
func (s *Service) FaultBody(status int) any {
	switch status {
	case http.StatusTooManyRequests:
		return iam.GatewayErrorBody("APIGW.0308",
			"The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 minute", iam.NewRequestID())
	case http.StatusUnauthorized:
		return iam.GatewayErrorBody("APIGW.0301", "Incorrect IAM authentication information: injected fault", iam.NewRequestID())
	case http.StatusForbidden:
		return iam.GatewayErrorBody("APIGW.0302", "The IAM user is not authorized to access the API", iam.NewRequestID())
	case http.StatusNotFound:
		return iam.GatewayErrorBody("APIGW.0101", "The API does not exist or has not been published in the environment", iam.NewRequestID())
	}
	return errorBody("CFW.00000008", "internal error")
}

func errorBody(code, message string) map[string]string {
	return map[string]string{"error_code": code, "error_msg": message}
}

// refuse answers as CFW does to nearly everything that it refuses: with 400.
func refuse(code, message string) answer {
	return answer{http.StatusBadRequest, errorBody(code, message)}
}

// accepted is the answer to create, stop and delete: it names the firewall,
// never the task.
func accepted(firewall *Firewall) answer {
	return answer{http.StatusOK, map[string]any{"data": map[string]string{"id": firewall.ID, "name": firewall.Name}}}
}

// Env returns the endpoint and the id of the seeded firewall that supports
// everything.
func (s *Service) Env(url string) []simcore.EnvVar {
	return []simcore.EnvVar{
		{Name: "CLOUDTAP_HUAWEICLOUD_CFW_ENDPOINT", Value: url},
		{Name: "CLOUDTAP_SIM_FW_INSTANCE_ID", Value: s.FirewallID()},
	}
}
