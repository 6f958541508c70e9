package packetcapture_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11/fake"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// generated is a network watcher behind the fake server that Microsoft
// generates from the definitions: a cloud that nobody here wrote.
type generated struct {
	t     *testing.T
	cloud *cloudsim.Cloud
	// polls is how often an operation is in progress before it ends.
	polls  int
	server *fake.PacketCapturesServerTransport

	mu       sync.Mutex
	captures map[string]*armnetwork.PacketCaptureResult
	stopped  map[string]bool
	// begun maps paths to the call whose operation is polled there.
	begun map[string]string
}

func newGenerated(t *testing.T, cloud *cloudsim.Cloud, polls int) *generated {
	t.Helper()
	g := &generated{t: t, cloud: cloud, polls: polls, captures: map[string]*armnetwork.PacketCaptureResult{}, stopped: map[string]bool{}, begun: map[string]string{}}
	g.server = fake.NewPacketCapturesServerTransport(&fake.PacketCapturesServer{
		BeginCreate: g.create, BeginDelete: g.remove, BeginStop: g.stop, BeginGetStatus: g.status, Get: g.get, NewListPager: g.list,
	})
	return g
}

const pollSuffix = "/get/fake/status"

// call names the client's method for a request, which in one process the
// request's context carries.
func (g *generated) call(r *http.Request) string {
	path, isPoll := strings.CutSuffix(r.URL.Path, pollSuffix)
	g.mu.Lock()
	defer g.mu.Unlock()
	if isPoll {
		return g.begun[path]
	}
	name := map[string]string{http.MethodPut: "BeginCreate", http.MethodDelete: "BeginDelete", http.MethodGet: "Get"}[r.Method]
	switch lower := strings.ToLower(path); {
	case strings.HasSuffix(lower, "/stop"):
		name = "BeginStop"
	case strings.HasSuffix(lower, "/querystatus"):
		name = "BeginGetStatus"
	case strings.HasSuffix(lower, "/packetcaptures"), strings.Contains(lower, "/packetcaptures/fake_page_"):
		name = "NewListPager"
	}
	if strings.HasPrefix(name, "Begin") {
		g.begun[path] = "PacketCapturesClient." + name
	}
	return "PacketCapturesClient." + name
}

// ServeHTTP puts the fake, which is a transport, behind a real connection.
func (g *generated) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The fake makes the addresses of further pages from the request's.
	r.URL.Scheme, r.URL.Host = "https", r.Host
	answer, err := g.server.Do(r.WithContext(context.WithValue(r.Context(), runtime.CtxAPINameKey{}, g.call(r))))
	if failed := new(azcore.ResponseError); errors.As(err, &failed) {
		answer, err = failed.RawResponse, nil
	}
	if err != nil {
		g.t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	maps.Copy(w.Header(), answer.Header)
	w.WriteHeader(answer.StatusCode)
	if answer.Body == nil {
		return
	}
	if answer.StatusCode != http.StatusNoContent {
		// The fake gives these a body, which in one process does no harm.
		_, err = io.Copy(w, answer.Body)
	}
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		g.t.Error(err)
	}
}

// operation makes the answers of a long-running operation.
func operation[T any](g *generated, accepted, final int, result T) azfake.PollerResponder[T] {
	var responder azfake.PollerResponder[T]
	for range g.polls {
		responder.AddNonTerminalResponse(accepted, nil)
	}
	responder.SetTerminalResponse(final, result, nil)
	return responder
}

func (g *generated) create(_ context.Context, _, _, name string, asked armnetwork.PacketCapture, _ *armnetwork.PacketCapturesClientBeginCreateOptions) (responder azfake.PollerResponder[armnetwork.PacketCapturesClientCreateResponse], failure azfake.ErrorResponder) {
	// The properties of what is asked for are all among those of the result.
	text, err := json.Marshal(asked.Properties)
	properties := new(armnetwork.PacketCaptureResultProperties)
	if err := errors.Join(err, json.Unmarshal(text, properties)); err != nil {
		failure.SetError(err)
		return responder, failure
	}
	properties.ProvisioningState = new(armnetwork.ProvisioningStateSucceeded)
	properties.StorageLocation.StoragePath = new("https://tapcaptures.blob.core.windows.net/network-watcher-logs/" + name + ".cap")
	made := &armnetwork.PacketCaptureResult{ID: new(g.cloud.ARM.Seeded().NetworkWatcherID + "/packetCaptures/" + name), Name: &name, Properties: properties}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.captures[name] = made
	return operation(g, http.StatusCreated, http.StatusCreated, armnetwork.PacketCapturesClientCreateResponse{PacketCaptureResult: *made}), failure
}

func (g *generated) find(name string) (*armnetwork.PacketCaptureResult, azfake.ErrorResponder) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var failure azfake.ErrorResponder
	if g.captures[name] == nil {
		failure.SetResponseError(http.StatusNotFound, "NotFound")
	}
	return g.captures[name], failure
}

func (g *generated) remove(_ context.Context, _, _, name string, _ *armnetwork.PacketCapturesClientBeginDeleteOptions) (responder azfake.PollerResponder[armnetwork.PacketCapturesClientDeleteResponse], failure azfake.ErrorResponder) {
	if _, failure = g.find(name); g.exists(name) {
		responder = operation(g, http.StatusAccepted, http.StatusNoContent, armnetwork.PacketCapturesClientDeleteResponse{})
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.captures, name)
	return responder, failure
}

func (g *generated) exists(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.captures[name] != nil
}

func (g *generated) stop(_ context.Context, _, _, name string, _ *armnetwork.PacketCapturesClientBeginStopOptions) (responder azfake.PollerResponder[armnetwork.PacketCapturesClientStopResponse], failure azfake.ErrorResponder) {
	if _, failure = g.find(name); g.exists(name) {
		responder = operation(g, http.StatusAccepted, http.StatusNoContent, armnetwork.PacketCapturesClientStopResponse{})
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stopped[name] = true
	return responder, failure
}

func (g *generated) status(_ context.Context, _, _, name string, _ *armnetwork.PacketCapturesClientBeginGetStatusOptions) (responder azfake.PollerResponder[armnetwork.PacketCapturesClientGetStatusResponse], failure azfake.ErrorResponder) {
	capture, failure := g.find(name)
	if capture == nil {
		return responder, failure
	}
	result := armnetwork.PacketCaptureQueryStatusResult{ID: capture.ID, Name: capture.Name, PacketCaptureStatus: new(armnetwork.PcStatusRunning), PacketCaptureError: []*armnetwork.PcError{}}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopped[name] {
		result.PacketCaptureStatus, result.StopReason = new(armnetwork.PcStatusStopped), new("Manual")
	}
	return operation(g, http.StatusAccepted, http.StatusOK, armnetwork.PacketCapturesClientGetStatusResponse{PacketCaptureQueryStatusResult: result}), failure
}

func (g *generated) get(_ context.Context, _, _, name string, _ *armnetwork.PacketCapturesClientGetOptions) (responder azfake.Responder[armnetwork.PacketCapturesClientGetResponse], failure azfake.ErrorResponder) {
	capture, failure := g.find(name)
	if capture != nil {
		responder.SetResponse(http.StatusOK, armnetwork.PacketCapturesClientGetResponse{PacketCaptureResult: *capture}, nil)
	}
	return responder, failure
}

func (g *generated) list(string, string, *armnetwork.PacketCapturesClientListOptions) (responder azfake.PagerResponder[armnetwork.PacketCapturesClientListResponse]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	// A page for each capture, and an empty one.
	for _, capture := range g.captures {
		page := armnetwork.PacketCaptureListResult{Value: []*armnetwork.PacketCaptureResult{capture}}
		responder.AddPage(http.StatusOK, armnetwork.PacketCapturesClientListResponse{PacketCaptureListResult: page}, nil)
	}
	last := armnetwork.PacketCaptureListResult{Value: []*armnetwork.PacketCaptureResult{}}
	responder.AddPage(http.StatusOK, armnetwork.PacketCapturesClientListResponse{PacketCaptureListResult: last}, nil)
	return responder
}
