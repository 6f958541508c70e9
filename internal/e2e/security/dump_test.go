//go:build unix

package security

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// cliErrors finds the summaries of what the CLI reports.
var cliErrors = regexp.MustCompile(`(?m)Error: .*$`)

// TestADumpShowsNoSecret lets the provider die in the middle of requests of
// both clouds, with everything that it holds in memory, the way that a panic
// ends it: with the stacks of all goroutines, which the CLI prints and logs.
func TestADumpShowsNoSecret(t *testing.T) {
	t.Parallel()
	cloud, watched, w := sources(t)
	all := methods(t, cloud, w)
	secrets := map[string][]string{}
	for _, name := range []string{"client_secret", "temporary_key"} {
		maps.Copy(w.env, all[name].environment)
		maps.Copy(secrets, all[name].secrets)
	}
	w.configuration(object(cloud, "", "azure") + object(cloud, "", "huaweicloud"))
	w.env["GOTRACEBACK"] = "all"
	provider, err := build()
	if err != nil {
		t.Fatal(err)
	}
	// A provider that tells its process's id.
	folder := filepath.Join(w.inputs, "provider")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	pidFile := filepath.Join(w.inputs, "pids")
	script := "#!/bin/sh\necho $$ >> " + pidFile + "\nexec " + filepath.Join(provider, "terraform-provider-cloudtap") + " \"$@\"\n"
	if err := os.WriteFile(filepath.Join(folder, "terraform-provider-cloudtap"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	w.env["TF_CLI_CONFIG_FILE"] = w.input("cli.tfrc", acctest.DevOverrides("cloudtap", folder))
	// Only applying asks for these.
	addFault(t, cloud, simcore.Fault{Service: "arm", Operation: "PacketCaptures_List", Kind: simcore.KindDelay, Delay: "1h", Times: -1},
		simcore.Fault{Service: "cfw", Operation: "ListCaptureTask", Kind: simcore.KindDelay, Delay: "1h", Times: -1})
	waiting := func() bool {
		summary := cloud.Journal.Summary()
		return summary["arm PacketCaptures_List"] > 0 && summary["cfw ListCaptureTask"] > 0
	}
	ended := make(chan string)
	go func() {
		output, err := w.run("apply", "-auto-approve")
		if err == nil {
			output = "it worked: " + output
		}
		ended <- output
	}()
	output := quitWhen(t, waiting, pidFile, ended)
	dump := output + w.logs()
	simtest.Says(t, dump, "SIGQUIT: quit", "huaweicloud.(*Session).send(", "azure.redactPolicy.Do(")
	// How the CLI words it depends on what it learns first: that the
	// connection is gone, or that the process is.
	if !strings.Contains(dump, "Plugin did not respond") && !strings.Contains(dump, "Request cancelled") {
		t.Errorf("the CLI did not notice; errors: %q", cliErrors.FindAllString(dump, 10))
	}
	for name, values := range watched.secrets(cloud) {
		secrets[name] = append(secrets[name], values...)
	}
	if len(secrets["access token"]) == 0 {
		t.Error("the provider had no token")
	}
	newHaystack(secrets).expectClean(t, w.folder, nil)
}

// quitWhen sends SIGQUIT to the last process of a file once a condition holds,
// which has to say that this one is at work, and returns what came of it.
func quitWhen(t *testing.T, condition func() bool, pidFile string, ended <-chan string) string {
	t.Helper()
	ticks := time.NewTicker(20 * time.Millisecond)
	defer ticks.Stop()
	for {
		select {
		case output := <-ended:
			t.Fatalf("it ended too early: %.3000s", output)
		case <-t.Context().Done():
			t.Fatal("nothing happened")
		case <-ticks.C:
		}
		if condition() {
			break
		}
	}
	content, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pids := strings.Fields(string(content))
	pid, err := strconv.Atoi(pids[len(pids)-1])
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		t.Error(err)
	}
	return <-ended
}
