package chaos

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The ways in which a call fails, as its error describes them.
const (
	wasInterrupted = `\bcancell?ed\b|interrupted`
	ranOutOfTime   = `deadline exceeded|timeout passed|time allowed for it has passed|did not end in time`
	// temporary are the answers of a service that is not well.
	temporary = `(?:HTTP|answered) (?:408|429|5\d\d)|transient error|throttled|CFW\.00100001|ServerBusy`
	// unanswered is a connection that broke or was not made.
	unanswered = `stream error|\bEOF\b|connection reset|connection refused|did not answer|no answer from|could not be reached|answer of .* was lost`
	// noAnswer is an answer that does not answer.
	noAnswer = `answer cannot be read|is not one of the service's errors|answer \(HTTP 2\d\d\) is not|no answer to the request|answered (?:HTTP )?2\d\d\b`
	// refused is an answer of a service that is well.
	refused = `(?:HTTP|answered) 4\d\d|Could not delete[^\n]*\n[^\n]*operation failed\.\n\nCode: |(?:operation failed|answered (?:HTTP )?2\d\d)[^\n]*\n\nCode: ServerBusy`
)

// remedy is a text that says what to do, and the failures that it belongs to.
type remedy struct{ says, belongsTo *regexp.Regexp }

func remedyFor(belongsTo, says string) remedy {
	return remedy{says: regexp.MustCompile(`^(?:` + says + `)`), belongsTo: regexp.MustCompile(belongsTo)}
}

// remedies are all that the provider has for what can happen in a history.
var remedies = []remedy{
	remedyFor(wasInterrupted, `(?:Nothing was sent\. )?It was interrupted: run it again\.$`),
	remedyFor(ranOutOfTime, `(?:Nothing was sent\. )?Run it again; if (?:the service is slow|reading takes long), allow more time with timeouts\.$`),
	// A create may wait for the end of a capture, and stop it.
	remedyFor(`Could not (?:start|stop) (?:packet capture|capture task)|did not end in time`, `It is in the state as it was: apply again\.$|It is in the state, as tainted: the next apply replaces it\. To keep it as it is, run terraform untaint`),
	remedyFor(temporary, `This is usually temporary: run it again\.|The service failed; try again later|The service is busy: try again later|The service takes no data at the moment; try again later`),
	remedyFor(`(?i)throttl|HTTP 429|answered 429`, `The service throttles requests: wait as long as it asks for|The service limits how often it may be called: try again later|The workspace receives more data than it may take`+
		`|The data collection rule receives more than it may take`+
		`|The next attempt is due in \d+\w+, and only \d+\w+ of the timeout are left: run it again later, or with a longer timeout\.$`),
	remedyFor(unanswered, `Check that the service can be reached from this machine: DNS, proxies|The connection broke before the answer had come: run it again`),
	remedyFor(`HTTP Data Collector API [^\n]* cut the connection`, `This is how a retired service looks\. `),
	remedyFor(`points to another host`, `Check that the endpoint of .* in azure\.endpoints is the service's, and that no proxy answers in its place\.$`),
	remedyFor(noAnswer, `Nothing was concluded from this answer\. If it comes again, check that azure\.endpoints\.|What came is not from the service, or not as Huawei Cloud documents it: check the endpoint`+
		`|Check what stands between this machine and the service|Something between this machine and the service may have answered, such as a proxy`),
	remedyFor(`cannot sign in`, `Something else answered in place of Microsoft Entra ID: check for a proxy`),
	remedyFor(`session, and yet shows|no status of its session|reports it as deleted`, `The capture stays in the state\. (?:Apply|Destroy it) again`),
	// Captures of which nobody knows whether they run.
	remedyFor(`(?:answer was lost|service accepted it), but its id could not be determined(?: \(|: .* appeared since then with its name and parameters)`, `Apply again: the state remembers what was posted`),
	remedyFor(`appeared since then with its name and parameters`, `Look which of the tasks \[[^\]]+\] is nobody else's`),
	remedyFor(`exists already`, `If this apply replaces the capture \(\+/- in the plan\): remove create_before_destroy|If another resource has the same name and network watcher`+
		`|If no state has it: import it with terraform import \S+ '/subscriptions/`),
	remedyFor(`runs one capture at a time, and the capture .* which has the same name`, `If this apply replaces that task: it holds the firewall's only slot|If another resource or run has made it: wait until it ends`+
		`|If it is left from an interrupted run: import it with terraform import \S+ '`),
	remedyFor(`HTTP 409`, `If another run makes a capture of this name, or one was killed while it did, it cannot be read yet: wait a minute and apply again`),
	// What did not begin.
	remedyFor(`CFW\.00200024`, `A limit of the service is reached: it is said to allow one running capture, and 20 starts a day\.`),
	remedyFor(`Could not start capture task`, `Nothing was created\. The firewall runs one capture at a time: allow more time with create in timeouts, or stop what runs`),
	remedyFor(`Could not (?:check|start)`, `Nothing was created: apply again\.`),
	remedyFor(`Could not`, `Nothing was sent, and the state is what it was: apply again when the cause is gone\.`),
	remedyFor(`list of the records that were sent is missing`, `Restore the state from before that run`),
	remedyFor(`list of (?:the )?records that were sent|of which nobody knows|Terraform lost`, `.*on_change\s+=\s+"resend"`),
	// Records.
	remedyFor(`Code: InvalidLogType`, `Check log_type: letters, digits and underscores`),
	remedyFor(`HTTP 403`, `The credential needs the role Monitoring Metrics Publisher on the data collection rule`),
	remedyFor(`^Log ingests cannot be told apart`, `Set triggers (?:of the new one )?to a value that only (?:it|this one) has`),
	remedyFor(`records?`, `\d+ of \d+ records? (?:was|were) accepted(?: for certain)?, and the state says so \(status = "partial"\)\. Apply again when the cause is gone`),
	remedyFor(`unknown whether records? `, `(?:This record counts|These \d+ records count) as not sent: the next apply (?:asks the workspace for (?:its id|their ids)|sends (?:it|them) again)`),
	// What the session says of itself, and what can be done about that.
	remedyFor(`AgentBroke|Agent`, `The Network Watcher agent does not run on the target\. Check that|The agent must reach |The agent could not write to the storage account\.`),
	remedyFor(`AgentBroke|InternalError`, `The service had an internal error\. Capture again`),
	// Nothing better is known of a plain refusal.
	remedyFor(refused, `Fix the problem named above, then apply again\.$`),
}

// remark recognises what stands among remedies and is none.
var remark = regexp.MustCompile(`^The service (?:says of the session: \w+|lists the task with the status "\w+")`)

// misadvised says what is wrong with an error's last paragraph: it has to be
// a remedy, or several, that belong to what the error says has failed. It
// returns "" if nothing is.
func misadvised(text string) string {
	const list = "What to look at:\n  - "
	at := strings.LastIndex(text, "\n\n")
	if at < 0 {
		return "it does not say what to do next"
	}
	failure, last := text[:at], text[at+2:]
	entries := []string{last}
	if several, is := strings.CutPrefix(last, list); is {
		entries = slices.DeleteFunc(strings.Split(several, "\n  - "), remark.MatchString)
		// Remarks say what has failed, too.
		failure += "\n" + several
	}
	for _, entry := range entries {
		switch known := slices.DeleteFunc(slices.Clone(remedies), func(r remedy) bool { return !r.says.MatchString(entry) }); {
		case len(known) == 0:
			return "this is no remedy: " + entry
		case !slices.ContainsFunc(known, func(r remedy) bool { return r.belongsTo.MatchString(failure) }):
			return "this remedy belongs to another kind of failure: " + entry
		}
	}
	if len(entries) == 0 {
		return "it does not say what to do next"
	}
	return ""
}

// TestMisadvised tries what the histories' errors are judged by: each failure
// with its own remedy, with one that belongs to another, with the one that is
// for when nothing better is known, and with none.
func TestMisadvised(t *testing.T) {
	t.Parallel()
	const (
		again       = "It was interrupted: run it again."
		slow        = "Run it again; if the service is slow, allow more time with timeouts."
		passing     = "This is usually temporary: run it again. If it fails each time, ask the service's support, with the request ID."
		network     = "Check that the service can be reached from this machine: DNS, proxies (HTTPS_PROXY, NO_PROXY) and firewalls."
		foreign     = "Nothing was concluded from this answer. If it comes again, check that azure.endpoints.resource_manager is an Azure Resource Manager, and that no proxy answers in its place."
		tainted     = "It is in the state, as tainted: the next apply replaces it. To keep it as it is, run terraform untaint on it first."
		remembered  = "Apply again: the state remembers what was posted, so that the next run finds the task and replaces it, or finds that there is none."
		nothingElse = "Fix the problem named above, then apply again."
	)
	for failure, own := range map[string]string{
		"Could not read packet capture\nPacket capture \"web\": it was cancelled.":                                               again,
		"Could not read capture task\nCapture task 1 of the firewall 2: context deadline exceeded.":                              slow,
		"Could not read packet capture\nPacket capture \"web\": the service answered HTTP 503 Service Unavailable.\n\nCode: X":   passing,
		"Could not read packet capture\nPacket capture \"web\": the service did not answer: Get \"https://x\": EOF.":             network,
		"Could not read packet capture\nPacket capture \"web\": the answer (HTTP 200) is not packet capture \"web\": no id.":     foreign,
		"Could not start packet capture\nPacket capture \"web\": the operation failed.\n\nCode: AgentBroke":                      tainted,
		"Capture task may be running\nIt was posted and the answer was lost, but its id could not be determined (not listed).":   remembered,
		"Could not read packet capture\nPacket capture \"web\": the service answered HTTP 403 Forbidden.\n\nCode: RequestDenied": nothingElse,
	} {
		for _, remedy := range []string{again, slow, passing, network, foreign, tainted, remembered, nothingElse} {
			if problem := misadvised(failure + "\n\n" + remedy); (problem == "") != (remedy == own) {
				t.Errorf("%q after %q: %q", remedy, failure, problem)
			}
		}
		several := "\n\nWhat to look at:\n  - The service says of the session: Running.\n  - "
		if problem := misadvised(failure + several + own); problem != "" {
			t.Errorf("among others, after %q: %q", failure, problem)
		}
		for _, none := range []string{
			"", "\n\n", "\n\nRequest ID: 1", "\n\nTry it.", "\n\nRun it again.", "\n\nCheck it, and import or delete it.",
			"\n\nWhat to look at:\n  - The service says of the session: Running.", several + "Try it.", several + own + "\n  - Try it.",
		} {
			if misadvised(failure+none) == "" {
				t.Errorf("nothing is missed in %q", failure+none)
			}
		}
	}
}
