package blob_test

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	simblob "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/ranged/rangedtest"
)

// harness is a client with a simulated storage account.
type harness struct {
	*cloudsim.Cloud

	client *blob.Client
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	ca, err := simcore.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	cloud, err := cloudsim.Start(cloudsim.Options{CA: ca})
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(ca.PEM())
	session := azure.NewSession(azure.Config{
		TenantID: cloud.AAD.TenantID(), ClientID: cloud.AAD.ClientID(), ClientSecret: cloud.AAD.ClientSecret(), RetryDelay: time.Millisecond,
		Endpoints: azure.Endpoints{ActiveDirectory: cloud.Lookup("CLOUDTAP_AZURE_ACTIVE_DIRECTORY_ENDPOINT"), Blob: cloud.Lookup("CLOUDTAP_AZURE_BLOB_ENDPOINT")},
	}, azure.WithRootCAs(trusted))
	t.Cleanup(func() {
		session.CloseIdleConnections()
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	return &harness{Cloud: cloud, client: blob.NewClient(session)}
}

func content(length int) []byte {
	data := make([]byte, length)
	for i := range data {
		data[i] = byte(i * 7 >> (i % 5)) //nolint:gosec // some pattern
	}
	return data
}

func reference(t *testing.T, text string) blob.Reference {
	t.Helper()
	parsed, err := blob.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

const address = "https://tapcaptures.blob.core.windows.net/captures/web.cap"

func (h *harness) read(t *testing.T, text string) ([]byte, error) {
	t.Helper()
	reader, err := h.client.Open(t.Context(), reference(t, text))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(reader)
	return data, errors.Join(err, reader.Close())
}

func (h *harness) fault(t *testing.T, fault simcore.Fault) {
	t.Helper()
	fault.Service = simblob.Name
	if err := h.Faults.Add(fault); err != nil {
		t.Fatal(err)
	}
}

func TestReadsWhatIsStored(t *testing.T) {
	t.Parallel()
	for name, length := range map[string]int{"empty": 0, "one byte": 1, "one range": 2 << 20, "ranges": 18<<20 + 5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.Blob.Put("tapcaptures", "captures", "web.cap", content(length))
			got, err := h.read(t, address)
			if err != nil || !bytes.Equal(got, content(length)) {
				t.Errorf("%d of %d bytes, %v", len(got), length, err)
			}
			if want := max(1, (length+2<<20-1)/(2<<20)); h.Journal.Count(simblob.Name, simblob.OperationGet) > want {
				t.Errorf("%d requests for %d bytes", h.Journal.Count(simblob.Name, simblob.OperationGet), length)
			}
		})
	}
}

func TestResumesAfterCutsAndBusyServers(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simcore.Fault{
		"cut":     {Kind: simcore.KindReset, Every: 3, Times: 2},
		"dropped": {Kind: simcore.KindDropAfterCommit, Every: 2, Times: 3},
		"busy":    {Kind: simcore.KindStatus, Code: http.StatusServiceUnavailable, Every: 2, Times: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.Blob.Put("tapcaptures", "captures", "web.cap", content(20<<20))
			h.fault(t, fault)
			got, err := h.read(t, address)
			if err != nil || !bytes.Equal(got, content(20<<20)) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if left := h.Faults.Pending(); len(left) > 0 {
				t.Errorf("a fault did not happen: %+v", left)
			}
		})
	}
}

// TestAnswersThatAreCut is a path that cuts each answer after 1 MiB, and one that lets
// less through than a retry of the whole range would ever bring.
func TestAnswersThatAreCut(t *testing.T) {
	t.Parallel()
	for cutAt, want := range map[int]int{1 << 20: 10, 100 << 10: 5 * 21} {
		storage := &rangedtest.Storage{Content: content(10 << 20), CutAt: cutAt, Header: "x-ms-range"}
		server := httptest.NewTLSServer(storage)
		trusted := x509.NewCertPool()
		trusted.AddCert(server.Certificate())
		session := azure.NewSession(azure.Config{RetryDelay: time.Millisecond}, azure.WithRootCAs(trusted))
		h := &harness{client: blob.NewClient(session)}
		got, err := h.read(t, server.URL+"/captures/web.cap?sv=2024-11-04&se=2099-01-01&sr=b&sp=r&sig=x")
		if err != nil || !bytes.Equal(got, storage.Content) || len(storage.Ranges()) != want || len(storage.Odd()) > 0 {
			t.Errorf("cut at %d: %d bytes, %v; asked for %v; without a version: %v", cutAt, len(got), err, storage.Ranges(), storage.Odd())
		}
		session.CloseIdleConnections()
		server.Close()
	}
}

func TestABlobThatChangesIsNeverMixed(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Blob.Put("tapcaptures", "captures", "web.cap", content(40<<20))
	reader, err := h.client.Open(t.Context(), reference(t, address))
	if err != nil {
		t.Fatal(err)
	}
	h.Clock.Advance(time.Minute)
	h.Blob.Put("tapcaptures", "captures", "web.cap", content(41<<20))
	_, err = io.Copy(io.Discard, reader)
	if failed, ok := errors.AsType[*azcore.ResponseError](err); !ok || failed.StatusCode != http.StatusPreconditionFailed {
		t.Errorf("got %v", err)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Blob.Put("tapcaptures", "captures", "web.cap", content(100))
	now := h.Clock.Now()
	for name, test := range map[string]struct {
		query string
		code  string
	}{
		"of the blob":       {h.Blob.Signature("tapcaptures", "captures", "web.cap", "r", now.Add(-time.Hour), now.Add(time.Hour)), ""},
		"of the container":  {h.Blob.Signature("tapcaptures", "captures", "", "rl", time.Time{}, now.Add(time.Hour)), ""},
		"expired":           {h.Blob.Signature("tapcaptures", "captures", "", "rl", time.Time{}, now.Add(-time.Second)), "AuthenticationFailed"},
		"not yet valid":     {h.Blob.Signature("tapcaptures", "captures", "", "rl", now.Add(time.Hour), now.Add(2*time.Hour)), "AuthenticationFailed"},
		"without r":         {h.Blob.Signature("tapcaptures", "captures", "", "wl", time.Time{}, now.Add(time.Hour)), "AuthorizationPermissionMismatch"},
		"of another blob":   {h.Blob.Signature("tapcaptures", "captures", "other.cap", "r", time.Time{}, now.Add(time.Hour)), "AuthenticationFailed"},
		"of another's time": {strings.Replace(h.Blob.Signature("tapcaptures", "captures", "", "r", time.Time{}, now.Add(time.Hour)), "se=2", "se=3", 1), "AuthenticationFailed"},
	} {
		data, err := h.read(t, address+"?"+test.query)
		details := azure.Describe(err)
		if test.code == "" && (err != nil || len(data) != 100) || details.Code != test.code {
			t.Errorf("%s: got %q, %v", name, details.Code, err)
		}
		if err != nil && (strings.Contains(fmt.Sprintf("%v %+v", err, details), "sig=") || len(details.Next) == 0) {
			t.Errorf("%s: %v %+v", name, err, details)
		}
	}
	// With a signature no token is asked for.
	if h.Journal.Count("aad", "") > 0 {
		t.Error("a token was asked for")
	}
}

func TestErrorsNameTheWayOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(t *testing.T, h *harness)
		parts   []string
	}{
		"no file yet":  {func(_ *testing.T, h *harness) { h.Blob.Put("tapcaptures", "captures", "other", nil) }, []string{"BlobNotFound", "when the session has ended"}},
		"no container": {func(*testing.T, *harness) {}, []string{"ContainerNotFound", "No capture was stored"}},
		"no data role": {func(t *testing.T, h *harness) {
			t.Helper()
			h.Blob.Put("tapcaptures", "captures", "web.cap", nil)
			if err := h.Blob.Switches().Set(simblob.SwitchDataRole, "missing"); err != nil {
				t.Fatal(err)
			}
		}, []string{"AuthorizationPermissionMismatch", "Storage Blob Data Reader"}},
		"archived": {func(t *testing.T, h *harness) {
			t.Helper()
			h.fault(t, simcore.Fault{Kind: simcore.KindStatus, Code: 409, Body: raw(t, `<?xml version="1.0"?><Error><Code>BlobArchived</Code><Message>This operation is not permitted on an archived blob.</Message></Error>`)})
		}, []string{"rehydrate"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			test.prepare(t, h)
			_, err := h.read(t, address)
			details := azure.Describe(err)
			text := details.String() + " " + strings.Join(details.Next, " ")
			simtest.Says(t, text, test.parts...)
		})
	}
}

func raw(t *testing.T, text string) json.RawMessage {
	t.Helper()
	encoded, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func TestAnswersThatAreNoRange(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`<html>log in</html>`, ``, `{}`} {
		h := newHarness(t)
		h.Blob.Put("tapcaptures", "captures", "web.cap", content(100))
		h.fault(t, simcore.Fault{Kind: simcore.KindStatus, Code: 200, Body: raw(t, body)})
		if data, err := h.read(t, address); err == nil {
			t.Errorf("%q is read as %d bytes", body, len(data))
		}
		h.fault(t, simcore.Fault{Kind: simcore.KindStatus, Code: 200, Body: raw(t, body), Operation: simblob.OperationList})
		if listed, err := h.client.List(t.Context(), reference(t, address), ""); err == nil {
			t.Errorf("%q is a list of %d", body, len(listed))
		}
	}
}

func TestListReadsAllPages(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	for i := range 25 {
		h.Blob.Put("tapcaptures", "captures", fmt.Sprintf("ring/web_%02d.cap", i), content(i))
	}
	h.Blob.Put("tapcaptures", "captures", "other", nil)
	if err := h.Blob.Switches().Set(simblob.SwitchPageSize, "10"); err != nil {
		t.Fatal(err)
	}
	listed, err := h.client.List(t.Context(), reference(t, address), "ring/web")
	if err != nil || len(listed) != 25 || listed[24].Reference.Name != "ring/web_24.cap" || listed[24].SizeBytes != 24 || listed[24].LastModified.IsZero() {
		t.Errorf("got %d, %v: %+v", len(listed), err, listed)
	}
	if n := h.Journal.Count(simblob.Name, simblob.OperationList); n != 3 {
		t.Errorf("%d pages", n)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://a.blob.core.windows.net/c/folder/web.cap": "https://a.blob.core.windows.net/c/folder/web.cap",
		"https://a.blob.core.windows.net/c":                "https://a.blob.core.windows.net/c",
		"https://127.0.0.1:10000/a/c/web.cap?sv=1&sig=s":   "https://127.0.0.1:10000/a/c/web.cap",
		"http://a.blob.core.windows.net/c/web.cap":         "",
		"https://a.blob.core.windows.net/":                 "",
		"https://u:p@a.blob.core.windows.net/c/b":          "",
		"https://a.blob.core.windows.net/c/b?comp=list":    "",
		"https://a.blob.core.windows.net/c/b\x7f?sig=s":    "",
		"web.cap": "",
	} {
		got, err := blob.Parse(text)
		if (err == nil) != (want != "") || err == nil && got.String() != want {
			t.Errorf("%q: got %s, %v", text, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "sig") && strings.Contains(text, "sig=s") {
			t.Errorf("%q: the error shows the signature: %s", text, err)
		}
	}
	if got := reference(t, "https://a.blob.core.windows.net/c/b").At("https://127.0.0.1:5").String(); got != "https://127.0.0.1:5/a/c/b" {
		t.Error(got)
	}
}

func TestNoOtherHostGetsAToken(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	_, err := h.client.Open(t.Context(), reference(t, "https://127.0.0.1:1/account/c/b"))
	if err == nil || !strings.Contains(err.Error(), "gets no token") {
		t.Errorf("got %v", err)
	}
	if h.Journal.Count("aad", "") > 0 {
		t.Error("a token was asked for")
	}
}
