package cloudsim

import (
	"bytes"
	_ "embed" // for the page
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/azurefirewall"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/obs"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/vpngateway"
)

//go:embed page.html
var pageText string

// lastRequests is how many requests of the journal the page shows.
const lastRequests = 25

// taskRunning is the status of a running task.
const taskRunning = 2

type page struct {
	URL      string
	Now      time.Time
	Services []pageService
	Captures []pageCapture
	// Firewalls and Gateways are all there are, with or without a capture.
	Firewalls []pageFirewall
	Gateways  []vpngateway.State
	Tasks     []pageTask
	Tables    []logstore.TableState
	Files     []pageFile
	// Requests are the last ones, newest first.
	Requests []simcore.Request
}

type pageService struct {
	Name, URL string
	Requests  int
	Switches  []simcore.Switch
}

type pageCapture struct {
	arm.CaptureState

	Left string
}

type pageFirewall struct {
	azurefirewall.State

	Left string
}

type pageTask struct {
	cfw.Task

	StatusName, Left string
}

// pageFile is a file in the storage of one of the clouds.
type pageFile struct {
	Service, Path string
	LastModified  time.Time
}

// withPage serves the page at "/" and the control API elsewhere.
func (c *Cloud) withPage(control http.Handler) (http.Handler, error) {
	text, err := template.New("page").Funcs(template.FuncMap{
		"clock":   func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
		"rfc3339": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	}).Parse(pageText)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", control)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		var answer bytes.Buffer
		if err := text.Execute(&answer, c.page("http://"+r.Host)); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		if _, err := w.Write(answer.Bytes()); err != nil {
			return // The browser has gone, which is its right.
		}
	})
	return mux, nil
}

func (c *Cloud) page(url string) page {
	shown := page{URL: url, Now: c.Clock.Now(), Tables: c.LogStore.State()}
	counts := map[string]int{}
	shown.Requests = c.Journal.Requests()
	for _, request := range shown.Requests {
		counts[request.Service]++
	}
	slices.Reverse(shown.Requests)
	shown.Requests = shown.Requests[:min(len(shown.Requests), lastRequests)]
	for _, service := range c.services {
		shown.Services = append(shown.Services, pageService{
			Name: service.Name(), URL: service.url, Requests: counts[service.Name()], Switches: service.Switches().All(),
		})
	}
	state := c.ARM.Snapshot()
	shown.Gateways = state.VPNGateways
	for _, firewall := range state.Firewalls {
		left := ""
		if firewall.Running {
			left = timeLeft(shown.Now, firewall.EndsAt)
		}
		shown.Firewalls = append(shown.Firewalls, pageFirewall{firewall, left})
	}
	for _, capture := range state.PacketCaptures {
		shown.Captures = append(shown.Captures, pageCapture{capture, captureTimeLeft(shown.Now, capture)})
	}
	for _, task := range c.CFW.Tasks() {
		shown.Tasks = append(shown.Tasks, pageTask{task, taskStatus(task.Status), taskTimeLeft(shown.Now, task)})
	}
	for _, b := range c.Blob.Blobs() {
		shown.Files = append(shown.Files, pageFile{blob.Name, b.Path(), b.LastModified})
	}
	for _, object := range c.OBS.Stored() {
		shown.Files = append(shown.Files, pageFile{obs.Name, obs.Bucket + "/" + object.Key, object.LastModified})
	}
	return shown
}

func captureTimeLeft(now time.Time, capture arm.CaptureState) string {
	started, err := time.Parse(time.RFC3339Nano, capture.StartTime)
	if err != nil || capture.TimeLimitInSeconds == nil || capture.Status != "Running" {
		return ""
	}
	return timeLeft(now, started.Add(time.Duration(*capture.TimeLimitInSeconds)*time.Second))
}

func taskTimeLeft(now time.Time, task cfw.Task) string {
	if task.Status != taskRunning {
		return ""
	}
	return timeLeft(now, task.CreatedAt.Add(time.Duration(task.DurationInMinutes)*time.Minute))
}

func timeLeft(now, end time.Time) string {
	return max(end.Sub(now), 0).Round(time.Second).String()
}

// taskStatus names the numbers of CaptureTaskVO.
func taskStatus(status int) string {
	if name, known := map[int]string{0: "failed", 1: "completed", taskRunning: "running", 4: "stopped", 5: "stopping"}[status]; known {
		return name
	}
	return fmt.Sprintf("status %d", status)
}
