package cloudsim_test

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// TestPage parses what a browser would get.
func TestPage(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	cloud, err := cloudsim.Start(cloudsim.Options{Clock: simcore.NewStoppedClock(began)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	empty := tables(t, fetch(t, cloud.ControlURL))
	for _, id := range []string{"captures", "tasks", "files", "tables", "requests"} {
		if len(empty[id]) != 0 {
			t.Errorf("table %s of empty clouds has %v", id, empty[id])
		}
	}
	cloud.CFW.AddTask(cfw.Seed{Name: `<b>"web"</b>`, DurationInMinutes: 2, CreatedAt: began})
	workspace := cloud.Lookup("CLOUDTAP_SIM_WORKSPACE_ID")
	if err := cloud.LogStore.CreateTable(workspace, "Web_CL", false, logstore.Column{Name: "TimeGenerated", Type: "datetime"}); err != nil {
		t.Fatal(err)
	}
	cloud.Clock.Advance(30 * time.Second)
	cloud.CFW.AddTask(cfw.Seed{Name: "done", DurationInMinutes: 1, CreatedAt: began.Add(-time.Hour)})
	cloud.Blob.Put("tapcaptures", "captures", "<i>web</i>.cap", nil)
	// Unknown to the metadata service, and noted all the same.
	fetch(t, cloud.Lookup("CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT")+"/metadata/<script>alert(1)</script>")
	got := tables(t, fetch(t, cloud.ControlURL))
	for id, cells := range map[string][]string{
		"clouds":   {"arm", "cfw", "log_query"},
		"tasks":    {`<b>"web"</b>`, "running", "1m30s", cloud.CFW.FirewallID(), "2026-11-20 10:00:00 UTC"},
		"files":    {"blob", "tapcaptures/captures/<i>web</i>.cap", "2026-11-20 10:00:30 UTC", "obs", "done_1.pcap", "2026-11-20 09:01:00 UTC"},
		"tables":   {"Web_CL", "0", "TimeGenerated", workspace},
		"requests": {"imds", "GET /metadata/<script>alert(1)</script>", "2026-11-20 10:00:30 UTC"},
		"switches": {"cfw", "delete_of_running"},
	} {
		for _, cell := range cells {
			if !contains(got[id], cell) {
				t.Errorf("table %s lacks %q: %q", id, cell, got[id])
			}
		}
	}
}

func contains(cells []string, cell string) bool {
	for _, text := range cells {
		if strings.Contains(text, cell) {
			return true
		}
	}
	return false
}

// fetch returns a page. Anything that a page could load from elsewhere, and
// any script, fails the test.
func fetch(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := simtest.PlainClient(t).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if got := response.Header.Get("Content-Type"); response.StatusCode == http.StatusOK && got != "text/html; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	return string(body)
}

// tables returns the cells of the data rows of each table, by its id.
func tables(t *testing.T, text string) map[string][]string {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	found := map[string][]string{}
	refreshes, id, cell, inCell := false, "", "", false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, text)
		}
		switch token := token.(type) {
		case xml.StartElement:
			for _, attribute := range token.Attr {
				switch {
				case token.Name.Local == "table" && attribute.Name.Local == "id":
					id = attribute.Value
				case token.Name.Local == "meta" && attribute.Value == "refresh":
					refreshes = true
				case attribute.Name.Local == "src" || attribute.Name.Local == "href" && !strings.HasPrefix(attribute.Value, "/"):
					t.Errorf("<%s %s=%q> leads elsewhere", token.Name.Local, attribute.Name.Local, attribute.Value)
				}
			}
			if token.Name.Local == "script" || token.Name.Local == "link" {
				t.Errorf("the page has a <%s>", token.Name.Local)
			}
			if token.Name.Local == "td" {
				cell, inCell = "", true
			}
		case xml.CharData:
			if inCell {
				cell += string(token)
			}
		case xml.EndElement:
			if token.Name.Local == "td" {
				found[id], inCell = append(found[id], cell), false
			}
		}
	}
	if !refreshes {
		t.Error("the page does not refresh itself")
	}
	return found
}
