package arm_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// recorded is one exchange with the live service.
type recorded struct {
	Request struct {
		Method string
		URL    string
		Body   json.RawMessage
	}
	Response struct {
		Status  int
		Headers map[string]string
		Body    json.RawMessage
	}
}

// loadRecorded reads exchanges and moves them to the simulated subscription.
func loadRecorded(t *testing.T, f *fixture, file string) []recorded {
	t.Helper()
	content := simtest.ReadPublished(t, "azure-packet-capture/recorded/"+file)
	text := strings.NewReplacer(
		"00000000-0000-0000-0000-000000000000", f.ids.SubscriptionID, "westcentralus", arm.Location,
		"resourceGroups/rg1/", "resourceGroups/"+arm.ResourceGroup+"/",
		"virtualMachines/vm1", "virtualMachines/vm-windows", "virtualMachineScaleSets/vmss1", "virtualMachineScaleSets/vmss-windows",
	).Replace(string(content))
	var exchanges []recorded
	if err := json.Unmarshal([]byte(text), &exchanges); err != nil {
		t.Fatal(err)
	}
	return exchanges
}

// replayer sends recorded requests; polls go where the simulator's own
// headers point.
type replayer struct {
	f *fixture
	// announced maps recorded polling paths to the simulator's URLs.
	announced map[string]string
}

func (r *replayer) replay(t *testing.T, exchange recorded) {
	t.Helper()
	t.Helper()
	target, err := url.Parse(exchange.Request.URL)
	if err != nil {
		t.Fatal(err)
	}
	address, isPoll := r.announced[target.Path]
	if isPoll {
		// The recorded clients waited as they were told to.
		r.f.core.Clock.Advance(10 * time.Second)
	} else {
		address = target.RequestURI()
	}
	got := r.f.do(t, exchange.Request.Method, address, string(exchange.Request.Body))
	name := exchange.Request.Method + " " + target.Path
	if got.status != exchange.Response.Status {
		t.Errorf("%s: status %d, recorded %d: %s", name, got.status, exchange.Response.Status, got.body)
	}
	for header, value := range exchange.Response.Headers {
		r.checkHeader(t, name, header, value, got)
	}
	if want := mask(t, exchange.Response.Body); !reflect.DeepEqual(mask(t, got.body), want) {
		t.Errorf("%s:\ngot      %s\nrecorded %s", name, got.body, exchange.Response.Body)
	}
}

func (r *replayer) checkHeader(t *testing.T, name, header, value string, got answer) {
	t.Helper()
	t.Helper()
	present := got.header.Get(header)
	switch http.CanonicalHeaderKey(header) {
	case "Retry-After", "Content-Type", "Content-Length", "Azure-Asyncnotification":
		if present != value {
			t.Errorf("%s: %s is %q, recorded %q", name, header, present, value)
		}
	case "Location", "Azure-Asyncoperation":
		recordedURL, err := url.Parse(value)
		if err != nil {
			t.Fatal(err)
		}
		r.announced[recordedURL.Path] = present
		shape := guid.ReplaceAllString(recordedURL.Path, "GUID")
		if gotURL, err := url.Parse(present); err != nil || guid.ReplaceAllString(gotURL.Path, "GUID") != shape {
			t.Errorf("%s: %s is %q, recorded %q", name, header, present, value)
		}
	default:
		if present == "" {
			t.Errorf("%s: no %s", name, header)
		}
	}
}

var (
	guid  = regexp.MustCompile(`[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}`)
	times = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z`)
)

// mask makes bodies comparable: etags, operation ids and times differ.
func mask(t *testing.T, body []byte) any {
	t.Helper()
	if len(body) == 0 {
		return nil
	}
	text := guid.ReplaceAllString(times.ReplaceAllString(string(body), "TIME"), "GUID")
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return value
}

// The simulator answers recorded requests as the live service did.
func TestRecordedExchanges(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{Realistic: true})
	vm := loadRecorded(t, f, "create-vm-2022-11-01.json")
	statuses := loadRecorded(t, f, "query-status-2022-11-01.json")
	ends := loadRecorded(t, f, "stop-delete-2022-11-01.json")
	r := &replayer{f: f, announced: map[string]string{}}

	for _, exchange := range vm[:3] { // probe, create, poll
		r.replay(t, exchange)
	}
	f.core.Clock.Advance(37 * time.Second)
	r.replay(t, statuses[0]) // running
	r.replay(t, statuses[1])
	r.replay(t, vm[3])                 // the capture after a status query
	for _, i := range []int{0, 1, 2} { // stop
		r.replay(t, ends[i])
	}
	r.replay(t, statuses[2])           // stopped
	for _, i := range []int{3, 4, 5} { // delete
		r.replay(t, ends[i])
	}
	r.replay(t, vm[0]) // gone

	f.create(t, "pc-time", f.vmBody(`,"timeLimitInSeconds":1`))
	f.create(t, "pc-agent", f.vmBody(""))
	f.create(t, "pc-storage", f.body(f.ids.VMID, `{"storageId":"`+f.ids.StorageWithoutSharedKey+`"}`, ""))
	f.create(t, "pc-vmss", f.body(f.ids.WindowsVMSSID, `{"filePath":"C:\\tmp\\Capture.cap"}`, `,"targetType":"AzureVMSS","scope":{"include":["3","4","6"]}`))
	if err := f.service.FailSession(f.captureID("pc-agent"), "AgentStopped"); err != nil {
		t.Fatal(err)
	}
	f.core.Clock.Advance(time.Second)
	for _, exchange := range statuses[3:] {
		r.replay(t, exchange)
	}
}

func TestRecordedRingBuffer(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{Realistic: true})
	r := &replayer{f: f, announced: map[string]string{}}
	for _, exchange := range loadRecorded(t, f, "create-vmss-ring-buffer-2024-07-01.json") {
		r.replay(t, exchange)
	}
}

// The list of captures that were made as the recorded ones were.
func TestRecordedList(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{Realistic: true})
	list := loadRecorded(t, f, "list-2022-11-01.json")
	var body struct {
		Value []struct {
			Name       string
			Properties map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal(list[0].Response.Body, &body); err != nil {
		t.Fatal(err)
	}
	for _, item := range body.Value {
		delete(item.Properties, "provisioningState")
		delete(item.Properties, "queryPacketCaptureLastOperationId")
		// The answer's empty path is not one that a request may bring.
		item.Properties["storageLocation"] = json.RawMessage(`{"filePath":"C:\\tmp\\Capture.cap"}`)
		properties, err := json.Marshal(item.Properties)
		if err != nil {
			t.Fatal(err)
		}
		f.create(t, item.Name, `{"properties":`+string(properties)+`}`)
		f.queryStatus(t, item.Name)
	}
	f.core.Clock.Advance(10 * time.Second)
	(&replayer{f: f, announced: map[string]string{}}).replay(t, list[0])
}

// The published examples fit the simulator: their requests are accepted but
// for the objects they name.
func TestPublishedExample(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	example := simtest.ReadPublished(t, "azure-packet-capture/examples/PacketCaptures_Create.json")
	ids := strings.NewReplacer(
		"/subscriptions/subid/resourceGroups/rg2/providers/Microsoft.Compute/virtualMachines/vm1", f.ids.WindowsVMID,
		"/subscriptions/subid/resourceGroups/rg2/providers/Microsoft.Storage/storageAccounts/pcstore", f.ids.StorageAccountID,
	)
	f.do(t, http.MethodPut, f.captureID("pc1"), ids.Replace(string(example))).want(t, http.StatusCreated)
}
