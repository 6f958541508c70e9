package cfw

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	simcfw "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/iam"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// inProcess answers requests by host without sockets, which the time of
// synctest does not wait for, each after the latency of a real service.
type inProcess map[string]http.Handler

func (p inProcess) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := (wait.SystemClock{}).Sleep(request.Context(), 50*time.Millisecond); err != nil {
		return nil, err
	}
	served := request.Clone(request.Context())
	served.Host, served.RequestURI = request.URL.Host, request.URL.RequestURI()
	if served.Body == nil {
		served.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	p[request.URL.Host].ServeHTTP(answer, served)
	return answer.Result(), nil
}

// TestRunningTasksDestroyedTogetherShareTheirLists counts the requests of many
// deletions of running tasks that begin at the same time. Their pauses are
// random; 31 to 39 lists were seen, and 116 or more when each look had its own.
func TestRunningTasksDestroyedTogetherShareTheirLists(t *testing.T) {
	t.Parallel()
	const tasks = 40
	synctest.Test(t, func(t *testing.T) {
		core := simcore.NewCore(simcore.NewClock())
		accounts := iam.New(core, iam.Options{})
		service := simcfw.New(core, accounts, simcfw.Options{})
		for name, value := range map[string]string{"deletion_visible_after": "3s", "stopping_for": "5s"} {
			if err := service.Switches().Set(name, value); err != nil {
				t.Fatal(err)
			}
		}
		key := accounts.PermanentKey()
		client := New(huaweicloud.NewSession(huaweicloud.Config{
			Region: accounts.Region(), AccessKey: key.Access, SecretKey: key.Secret,
			Endpoints: huaweicloud.Endpoints{CFW: "https://cfw.invalid", IAM: "https://iam.invalid"},
			Transport: inProcess{"cfw.invalid": core.Handler(service), "iam.invalid": core.Handler(accounts)},
		}), DefaultPace())
		firewall := Firewall{ID: service.FirewallID()}
		var deletions sync.WaitGroup
		for range tasks {
			id := service.AddTask(simcfw.Seed{CreatedAt: core.Clock.Now()})
			deletions.Go(func() {
				if err := client.Delete(t.Context(), firewall, id, nil); err != nil {
					t.Error(err)
				}
			})
		}
		deletions.Wait()
		if left := service.Tasks(); len(left) != 0 {
			t.Errorf("left %v", left)
		}
		calls := func(operation string) int { return core.Journal.Count(service.Name(), operation) }
		if stops := calls("CancelCaptureTask"); stops != tasks {
			t.Errorf("%d stops", stops)
		}
		if lists := calls("ListCaptureTask"); lists > tasks*3/2 {
			t.Errorf("%d lists for %d deletions", lists, tasks)
		}
		if deletes := calls("DeleteCaptureTask"); deletes > tasks/2 {
			t.Errorf("%d requests to delete %d tasks", deletes, tasks)
		}
	})
}
