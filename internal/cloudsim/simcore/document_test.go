package simcore_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestDocumentsOfAnotherShapeAreRefused puts into each call of the control API
// what it does not take. The answer says what it does, in words that are nobody's
// decoder's.
func TestDocumentsOfAnotherShapeAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t)
	for path, example := range map[string]string{
		"/clock":    `{"advance": "10m"}`,
		"/faults":   `{"service": "arm", "operation": "PacketCaptures_Get", "kind": "status", "code": 503, "times": 2}`,
		"/switches": `{"service": "arm", "name": "capture_quota", "value": "1"}`,
	} {
		for body, problem := range map[string]string{
			"":                   "the body is empty",
			" \n":                "the body is empty",
			`[]`:                 "the body is an array",
			`[{"advance":"1s"}]`: "the body is an array",
			`"10m"`:              "the body is text",
			`7`:                  "the body is a number",
			`true`:               "the body is true or false",
			`null`:               "the body is null",
			`{"value":1,"x":2}`:  "",
			`{"x":1}`:            `no member "x", there are: `,
			`{`:                  "the body is not JSON",
			`{"advance"`:         "the body is not JSON",
			`advance=10m`:        "the body is not JSON, from byte 1 on",
			`{}{}`:               "text follows the JSON object, at byte 2",
			`{} x`:               "text follows the JSON object, at byte 2",
			"{}\x00":             "text follows the JSON object",
			`{"` + strings.Repeat("x", 1<<20) + `":1}`: "longer than 1048576 bytes",
		} {
			status, _, answer := f.call(http.MethodPost, f.control+path, body)
			if status != 400 || !strings.Contains(answer, problem) || !strings.Contains(answer, example) && problem != "longer than 1048576 bytes" {
				t.Errorf("%s %.40s: got %d %s, want %q", path, body, status, answer, problem)
			}
			expectNoGo(t, answer)
		}
	}
}

func expectNoGo(t *testing.T, answer string) {
	t.Helper()
	for _, word := range []string{"json:", "Go ", "struct", "simcore", "EOF", "time:", "strconv", "int64", "of type", "invalid character"} {
		if strings.Contains(answer, word) {
			t.Errorf("the answer has %q: %s", word, answer)
		}
	}
}

func TestMembersOfAnotherTypeAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t)
	for body, problem := range map[string]string{
		`/clock {"advance":10}`:         `"advance" has to be text, not a number`,
		`/clock {"advance":{}}`:         `"advance" has to be text, not an object`,
		`/clock {"advance":"-1h"}`:      `"advance" has to be a length of time such as "1.5s", "10m" or "1h30m", got "-1h"`,
		`/clock {"advance":"10"}`:       `got "10"`,
		`/clock {}`:                     `got ""`,
		`/clock {"advance":"9999999h"}`: `got "9999999h"`,
		`/switches {"service":"shelf","name":"polite","value":true}`:               `"value" has to be text, not true or false`,
		`/switches {"service":"shelf","name":"size","value":"many"}`:               `switch "size" takes a value like "3", got "many"`,
		`/faults {"service":"shelf","kind":"reset","times":"3"}`:                   `"times" has to be a whole number, not text`,
		`/faults {"service":"shelf","kind":"reset","times":1.5}`:                   `"times" has to be a whole number, not the number 1.5`,
		`/faults {"service":"shelf","kind":["reset"]}`:                             `"kind" has to be text, not an array`,
		`/faults {"service":"shelf","kind":"explode"}`:                             `no kind "explode", there are: cut_answer, delay, drop_after_commit`,
		`/faults {"service":"shelf","kind":"delay","delay":"-1s"}`:                 `"delay" has to be a length of time`,
		`/faults {"service":"shelf","kind":"delay","delay":"soon"}`:                `"delay" has to be a length of time`,
		`/faults {"service":"shelf","kind":"status","code":100}`:                   `HTTP status from 200 on as "code", got 100`,
		`/faults {"service":"shelf","kind":"replaced","code":42,"body":1}`:         `HTTP status from 200 on as "code", got 42`,
		`/faults {"service":"shelf","operation":"Other","kind":"lro_failed"}`:      `no long-running operation of shelf "Other", there are: *, AddItem`,
		`/faults {"service":"shelf","kind":"status","code":503,"retry_after":-1}`:  `"retry_after" is not negative, got -1`,
		`/faults {"service":"shelf","kind":"status","code":503,"delay":"1s"}`:      `the kind "status" has no use for "delay", it takes: body, code, every, kind, operation, retry_after, retry_after_ms, service, skip, times`,
		`/faults {"service":"shelf","kind":"delay","delay":"1s","code":503}`:       `the kind "delay" has no use for "code", it takes: delay, every,`,
		`/faults {"service":"shelf","kind":"malformed","code":200}`:                `the kind "malformed" has no use for "code", it takes: every, kind, operation, service, skip, times`,
		`/faults {"service":"shelf","kind":"reset","body":null}`:                   `no use for "body"`,
		`/faults {"service":"shelf","kind":"reset","code":500}`:                    `no use for "code"`,
		`/faults {"service":"shelf","kind":"reset","delay":"1s"}`:                  `no use for "delay"`,
		`/faults {"service":"shelf","kind":"reset","retry_after":0}`:               `no use for "retry_after"`,
		`/faults {"service":"shelf","kind":"drop_after_commit","body":{}}`:         `no use for "body"`,
		`/faults {"service":"shelf","kind":"edited","body":{"x":1},"code":500}`:    `no use for "code"`,
		`/faults {"service":"shelf","kind":"edited","body":{},"retry_after_ms":1}`: `no use for "retry_after_ms"`,
		`/faults {"service":"shelf","kind":"lro_failed","code":500}`:               `it takes: error_code, every, kind, message, operation`,
		`/faults {"service":"shelf","kind":"replaced","body":{},"message":"x"}`:    `retry_after_ms, service, skip, times; give the service's whole error as "body"`,
		`/faults {"operation":"Nothing","kind":"reset"}`:                           `no operation of * "Nothing", there are: *, AddItem, Other`,
	} {
		path, document, _ := strings.Cut(body, " ")
		status, _, answer := f.call(http.MethodPost, f.control+path, document)
		if status != 400 || !strings.Contains(answer, problem) {
			t.Errorf("%s: got %d %s, want %q", body, status, answer, problem)
		}
		expectNoGo(t, answer)
	}
	// 200 years twice are more than a time.Duration holds.
	f.expect("POST", "/clock", `{"advance":"1752000h"}`, 200, "2169")
	f.expect("POST", "/clock", `{"advance":"1752000h"}`, 400, "the clock can be 292 years ahead")
	f.expect("POST", "/clock", `{"advance":"0s"}`, 200, "2169")
}

func TestCallsThatThereAreNot(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.expect("POST", "/clocks", `{"advance":"1s"}`, 404, `no call "POST /clocks", there are: DELETE /faults, DELETE /objects`)
	f.expect("GET", "/clock", "", 405, "POST /clock")
	f.expect("PUT", "/faults", "", 405, "GET /faults")
	f.expect("GET", "/nowhere/else", "", 404, "GET /requests/summary")
}

// TestFaultsOfEveryService plans faults that name no service, and no operation.
func TestFaultsOfEveryService(t *testing.T) {
	t.Parallel()
	for _, target := range []string{`"service":"*"`, `"service":"*","operation":"*"`, `"operation":"*"`, `"operation":"AddItem"`, `"service":"shelf"`, `"service":"*","operation":"AddItem"`} {
		f := start(t)
		f.expect("POST", "/faults", `{"kind":"status","code":418,`+target+`}`, 204, "")
		f.expect("GET", "/faults", "", 200, `"remaining":1,"happened":0`)
		if status, _, _ := f.call(http.MethodPost, f.url+"/items", "b"); status != 418 {
			t.Errorf("%s: the fault did not happen, but %d", target, status)
		}
		if unused := f.core.Faults.Unused(); len(unused) != 0 {
			t.Errorf("%s: never happened: %v", target, unused)
		}
	}
	f := start(t)
	f.expect("POST", "/faults", `{"kind":"reset","service":"*","operation":"Other"}`, 204, "")
	f.call(http.MethodPost, f.url+"/items", "b")
	if unused := f.core.Faults.Unused(); len(unused) != 1 || unused[0].Kind != simcore.KindReset {
		t.Errorf("a fault of an operation that nobody called is not named: %v", unused)
	}
}
