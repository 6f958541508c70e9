package capturesummary_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/service/capturesummary"
)

// largeFile is a capture of several ranges.
func largeFile(t *testing.T) []byte {
	t.Helper()
	const header, size = 24, 30 << 20
	once := onePeriod(t)
	return append(once[:header:header], bytes.Repeat(once[header:], size/len(once))...)
}

// web is the blob that putWeb stores, as a source.
var web = acctest.Config{"azure_blob_urls": []string{"https://tapcaptures.blob.core.windows.net/captures/web.cap"}}

func putWeb(cloud *cloudsim.Cloud, content []byte) {
	cloud.Blob.Put("tapcaptures", "captures", "web.cap", content)
}

func addFault(t *testing.T, cloud *cloudsim.Cloud, fault simcore.Fault) {
	t.Helper()
	fault.Service, fault.Operation = blob.Name, blob.OperationGet
	if err := cloud.Faults.Add(fault); err != nil {
		t.Fatal(err)
	}
}

func set(t *testing.T, cloud *cloudsim.Cloud, name, value string) {
	t.Helper()
	if err := cloud.ARM.Switches().Set(name, value); err != nil {
		t.Fatal(err)
	}
}

// hasty is a provider for which time runs fast.
func hasty(t *testing.T, options cloudsim.Options) (*acctest.Provider, *cloudsim.Cloud) {
	t.Helper()
	clock := acctest.NewFastClock(200)
	options.Clock = clock.Clock
	cloud := acctest.StartCloud(t, options)
	return acctest.NewProviderIn(t, provider.Environment{Getenv: cloud.Lookup, Clock: clock, RetryDelay: time.Millisecond}, acctest.Config{}), cloud
}

// expectEmpty reports what is in a folder.
func expectEmpty(t *testing.T, folder string) {
	t.Helper()
	left, err := os.ReadDir(folder)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, entry := range left {
		t.Errorf("%s is left behind", entry.Name())
	}
}

func TestAnInterruptedSummaryLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	// The second of fifteen ranges is only answered when the provider has been stopped.
	var ranges atomic.Int32
	cloud := acctest.StartCloud(t, cloudsim.Options{Observe: func(exchange simcore.Exchange) {
		if exchange.Operation == blob.OperationGet && ranges.Add(1) == 2 {
			stop()
		}
	}})
	p := acctest.NewProvider(t, cloud)
	putWeb(cloud, largeFile(t))
	folder := t.TempDir()
	object, diagnostics := p.Apply(ctx, typeName, nil, acctest.Config{"source": web, "save_to": folder, "report_to": filepath.Join(folder, "report.html")})
	acctest.ExpectError(t, diagnostics, "Could not summarize capture", "cancel")
	if object.Exists() {
		t.Error("a summary that was not made is in the state")
	}
	expectEmpty(t, folder)
}

func TestAConnectionThatBreaksForGoodIsNoEndOfTheFile(t *testing.T) {
	t.Parallel()
	p, cloud := hasty(t, cloudsim.Options{})
	putWeb(cloud, largeFile(t))
	addFault(t, cloud, simcore.Fault{Skip: 1, Kind: simcore.KindReset, Times: -1})
	folder := t.TempDir()
	_, diagnostics := p.Apply(t.Context(), typeName, nil, acctest.Config{"source": web, "save_to": folder})
	acctest.ExpectError(t, diagnostics, "web.cap")
	expectEmpty(t, folder)
}

func TestABlobThatGrowsWhileItIsRead(t *testing.T) {
	t.Parallel()
	var cloud *cloudsim.Cloud
	content := largeFile(t)
	var grown sync.Once
	cloud = acctest.StartCloud(t, cloudsim.Options{Observe: func(exchange simcore.Exchange) {
		if exchange.Operation == blob.OperationGet {
			grown.Do(func() {
				cloud.Clock.Advance(time.Minute)
				putWeb(cloud, slices.Concat(content, content[24:]))
			})
		}
	}})
	p := acctest.NewProvider(t, cloud)
	putWeb(cloud, content)
	folder := t.TempDir()
	_, diagnostics := p.Apply(t.Context(), typeName, nil, acctest.Config{"source": web, "save_to": folder})
	acctest.ExpectError(t, diagnostics, "ConditionNotMet", "changed while it was read", "when the capture has ended")
	expectEmpty(t, folder)
	object := p.MustApply(t, typeName, nil, acctest.Config{"source": web})
	acctest.ExpectAttributes(t, object.Value, "files.0.truncated", "false")
}

func TestALocalFileIsReadUpToTheSizeThatItHad(t *testing.T) {
	t.Parallel()
	content := onePeriod(t)
	name := write(t, content)
	opened, err := capturesummary.OpenLocal(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(bytes.Clone(content), "more"...), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(opened)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d of %d bytes, %v", len(got), len(content), err)
	}
	if err := opened.Close(); err != nil {
		t.Error(err)
	}
}

// TestFilesAreWaitedFor summarizes a capture that has only just begun, and whose
// files come minutes after its end.
func TestFilesAreWaitedFor(t *testing.T) {
	t.Parallel()
	p, cloud := hasty(t, cloudsim.Options{})
	set(t, cloud, arm.SwitchFileDelay, "10m")
	capture := p.MustApply(t, "cloudtap_azure_packet_capture", nil, classic(cloud, acctest.Config{"time_limit_in_seconds": 900}))
	var log bytes.Buffer
	object, diagnostics := p.Apply(tflogtest.RootLogger(t.Context(), &log), typeName, nil, acctest.Config{"source": acctest.Config{"azure_packet_capture_id": acctest.Get(t, capture.Value, "id")}})
	p.Expect(diagnostics)
	if acctest.Get(t, object.Value, "packet_count") == "0" {
		t.Error("no packets")
	}
	lines, err := tflogtest.MultilineJSONDecode(&log)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]map[string]any{}
	for _, line := range lines {
		told[fmt.Sprint(line["@message"])] = line
	}
	for _, message := range []string{"The packet capture still runs; its files come when it has ended", "The packet capture has ended; its files are not in storage yet", "Reading capture"} {
		if told[message] == nil {
			t.Errorf("the log lacks %q", message)
		}
	}
	if of := told["Reading capture"]["of_bytes"]; of == nil || fmt.Sprint(of) == "0" {
		t.Errorf("of how many bytes: %v", told["Reading capture"])
	}
}

func TestFilesThatNeverCome(t *testing.T) {
	t.Parallel()
	ctx := acctest.NewExpiring(t.Context())
	var lists atomic.Int32
	p, cloud := hasty(t, cloudsim.Options{Observe: func(exchange simcore.Exchange) {
		if exchange.Operation == blob.OperationList && lists.Add(1) == 2 {
			ctx.Expire()
		}
	}})
	set(t, cloud, arm.SwitchFileDelay, "1000h")
	capture := p.MustApply(t, "cloudtap_azure_packet_capture", nil, classic(cloud, nil))
	_, diagnostics := p.Apply(ctx, typeName, nil, acctest.Config{"source": acctest.Config{"azure_packet_capture_id": acctest.Get(t, capture.Value, "id")}})
	acctest.ExpectError(t, diagnostics, `the files of packet capture "web" in storage`, "0 of its files below https://", "forbids shared keys")
}

// classic is a capture of a minute, with changes.
func classic(cloud *cloudsim.Cloud, changes acctest.Config) acctest.Config {
	seeded := cloud.ARM.Seeded()
	return acctest.Changed(acctest.Config{
		"name": "web", "network_watcher_id": seeded.NetworkWatcherID, "target_id": seeded.VMID,
		"storage_location": acctest.Config{"storage_account_id": seeded.StorageAccountID}, "time_limit_in_seconds": 60,
	}, changes)
}

func TestRefusalsOfTheStorage(t *testing.T) {
	t.Parallel()
	said := func(code string) json.RawMessage {
		text, err := json.Marshal("<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>Said by the service.\nRequestId:1</Message></Error>")
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	p, cloud := hasty(t, cloudsim.Options{})
	putWeb(cloud, onePeriod(t))
	for _, test := range []struct {
		status int
		code   string
		parts  []string
	}{
		{http.StatusForbidden, "AuthorizationFailure", []string{"network rules"}},
		{http.StatusForbidden, "AuthorizationPermissionMismatch", []string{"Storage Blob Data Reader"}},
		{http.StatusForbidden, "KeyBasedAuthenticationNotPermitted", []string{"forbids shared keys"}},
		{http.StatusNotFound, "BlobNotFound", []string{"when the session has ended"}},
		{http.StatusNotFound, "ContainerNotFound", []string{"No capture was stored"}},
		{http.StatusConflict, "PublicAccessNotPermitted", []string{"needs a credential"}},
		{http.StatusConflict, "BlobArchived", []string{"rehydrate"}},
		{http.StatusPreconditionFailed, "ConditionNotMet", []string{"Read it again"}},
		{http.StatusRequestedRangeNotSatisfiable, "InvalidRange", []string{"became shorter", "Read it again"}},
		{http.StatusServiceUnavailable, "ServerBusy", nil},
	} {
		addFault(t, cloud, simcore.Fault{Kind: simcore.KindStatus, Code: test.status, Body: said(test.code), Times: -1})
		folder := t.TempDir()
		object, diagnostics := p.Apply(t.Context(), typeName, nil, acctest.Config{"source": web, "save_to": folder})
		acctest.ExpectError(t, diagnostics, append(test.parts, "Could not summarize capture", "/captures/web.cap", test.code, fmt.Sprint(test.status), "Said by the service.")...)
		if strings.Contains(strings.Join(diagnostics.Errors(), ""), "RequestId:1") || object.Exists() {
			t.Errorf("%s: %v", test.code, diagnostics.Errors())
		}
		expectEmpty(t, folder)
		cloud.Faults.Clear()
	}
}
