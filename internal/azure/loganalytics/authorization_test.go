package loganalytics_test

import (
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/datacollector"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestWrongClockIsCorrectedOnce(t *testing.T) {
	t.Parallel()
	for _, offset := range []string{"40m", "-40m"} {
		t.Run(offset, func(t *testing.T) {
			t.Parallel()
			s := simulate(t)
			s.set(s.collector, "clock_offset", offset)
			client := s.collectorClient(nil)
			for range 2 {
				s.mustSend(lines(1, 0), client, s.options())
			}
			s.wantRows("Capture_CL", 2)
			if n := s.core.Journal.Count(datacollector.Name, ""); n != 3 {
				t.Errorf("%d requests, want one refused and two good ones", n)
			}
		})
	}
}

func TestClockThatCannotBeReadIsSaid(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	s.set(s.collector, "clock_offset", "40m")
	s.set(s.collector, "date_header", "false")
	_, err := ingest.Send(t.Context(), strings.NewReader(lines(1, 0)), s.collectorClient(nil), s.options(), nil)
	if err == nil || !strings.Contains(err.Error(), "no Date header") {
		t.Errorf("got %v", err)
	}
}

func TestKeyRotation(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	_, secondary, _ := s.store.Keys(workspaceID)
	client := s.collectorClient(func(c *loganalytics.DataCollectorConfig) { c.SecondaryKey = sharedKey(t, secondary) })
	send := func() error {
		_, err := ingest.Send(t.Context(), strings.NewReader(lines(1, 0)), client, s.options(), nil)
		return err
	}
	if err := s.store.RegenerateKey(workspaceID, false); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := send(); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.core.Journal.Count(datacollector.Name, ""); n != 3 {
		t.Errorf("%d requests: the key that works must be remembered", n)
	}
	if err := s.store.RegenerateKey(workspaceID, true); err != nil {
		t.Fatal(err)
	}
	if err := send(); err == nil || !strings.Contains(err.Error(), "neither the shared key nor the secondary key") {
		t.Errorf("got %v", err)
	}
	s.wantRows("Capture_CL", 2)
}

func TestFreshTokenAfter401(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	s.fault(simcore.Fault{Service: logsingestion.Name, Kind: simcore.KindStatus, Code: 401})
	s.mustSend(lines(1, 0), s.ingestionClient(), s.options())
	s.wantRows(logsingestion.SeededTable, 1)
}

func TestConfigurationsAreChecked(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	for name, change := range map[string]func(*loganalytics.DataCollectorConfig){
		"GUID":              func(c *loganalytics.DataCollectorConfig) { c.WorkspaceID = "/subscriptions/x" },
		"shared key":        func(c *loganalytics.DataCollectorConfig) { c.SharedKey = loganalytics.SharedKey{} },
		"log type":          func(c *loganalytics.DataCollectorConfig) { c.LogType = "a b" },
		"Azure environment": func(c *loganalytics.DataCollectorConfig) { c.Endpoint, c.Environment = "", "moon" },
	} {
		config := loganalytics.DataCollectorConfig{WorkspaceID: workspaceID, SharedKey: s.key(), LogType: "A"}
		change(&config)
		if _, err := loganalytics.NewDataCollectorClient(config); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for name, change := range map[string]func(*loganalytics.LogsIngestionConfig){
		"endpoint":   func(c *loganalytics.LogsIngestionConfig) { c.Endpoint = "http://plain" },
		"streams":    func(c *loganalytics.LogsIngestionConfig) { c.Stream = "" },
		"credential": func(c *loganalytics.LogsIngestionConfig) { c.Credential = nil },
	} {
		config := loganalytics.LogsIngestionConfig{Endpoint: "https://a", RuleID: "dcr-1", Stream: "s", Credential: tokens{}}
		change(&config)
		if _, err := loganalytics.NewLogsIngestionClient(config); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := loganalytics.NewQueryClient(loganalytics.QueryConfig{}); err == nil {
		t.Error("a query client without credential")
	}
}
