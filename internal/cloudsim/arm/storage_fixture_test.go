package arm_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/aad"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// storageFixture is a Resource Manager with a storage account.
type storageFixture struct {
	*fixture

	blob *blob.Service
}

func newStorageFixture(t *testing.T) *storageFixture {
	t.Helper()
	core := simcore.NewCore(simcore.NewStoppedClock(noon))
	directory, err := aad.New(core, aad.Options{})
	if err != nil {
		t.Fatal(err)
	}
	token, err := directory.IssueToken("https://management.azure.com", directory.ClientID())
	if err != nil {
		t.Fatal(err)
	}
	storage := blob.New(core, directory)
	service := arm.New(core, directory, arm.Options{Storage: storage})
	storage.AddSource(service)
	ca := simtest.NewCA(t)
	return &storageFixture{&fixture{
		core: core, directory: directory, service: service, ids: service.Seeded(), ca: ca,
		url: simtest.Serve(t, core, ca, service), client: simtest.Client(t, ca), token: token.AccessToken,
	}, storage}
}

// sas is a SAS of the seeded container that ends in an hour.
func (f *storageFixture) sas(permissions string) string {
	now := f.core.Clock.Now()
	return f.blob.ContainerURL(blob.SeededAccount, blob.SeededContainer, permissions, now.Add(-time.Minute), now.Add(time.Hour))
}

// names are those of the blobs in the seeded container.
func (f *storageFixture) names() []string {
	var names []string
	for _, b := range f.service.Blobs() {
		names = append(names, b.Name)
	}
	return names
}

// poll asks the operation's status monitor, and then its result, once.
func (f *fixture) poll(t *testing.T, accepted answer) (status string, code string, result answer) {
	t.Helper()
	accepted.want(t, http.StatusAccepted)
	for _, header := range []string{"Azure-AsyncOperation", "Location"} {
		if address := accepted.header.Get(header); len(address) < 3000 || !strings.Contains(address, "&s=") {
			t.Errorf("%s has no signature: %.100s", header, address)
		}
	}
	var body struct {
		Status string
		Error  struct{ Code string }
	}
	f.do(t, http.MethodGet, accepted.header.Get("Azure-AsyncOperation"), "").want(t, http.StatusOK).decode(t, &body)
	return body.Status, body.Error.Code, f.do(t, http.MethodGet, accepted.header.Get("Location"), "")
}

func (f *storageFixture) expired() string {
	now := f.core.Clock.Now()
	return f.blob.ContainerURL(blob.SeededAccount, blob.SeededContainer, "w", now.Add(-time.Hour), now.Add(-time.Second))
}

func (f *storageFixture) sasOf(container string) string {
	return f.blob.ContainerURL(blob.SeededAccount, container, "w", time.Time{}, f.core.Clock.Now().Add(time.Hour))
}
