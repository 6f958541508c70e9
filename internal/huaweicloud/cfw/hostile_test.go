package cfw

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	simcfw "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

// anyHostile are bodies that answer no request at all.
var anyHostile = map[string]string{
	"busy":               `{"error_code":"CFW.00100001","error_msg":"busy"}`,
	"refused":            `{"error_code":"CFW.00200003","error_msg":"parameter error"}`,
	"not found":          `{"error_code":"CFW.00200005","error_msg":"content does not exist","data":{"total":0,"records":[]}}`,
	"code without text":  `{"error_code":"CFW.00109004"}`,
	"code is a number":   `{"error_code":7}`,
	"gateway's":          `{"error_code":"APIGW.0201","error_msg":"Backend timeout","request_id":"r"}`,
	"IAM's":              `{"error":{"code":401,"message":"expired","title":"Unauthorized"}}`,
	"an error's text":    `{"error":"maintenance"}`,
	"empty object":       `{}`,
	"null":               `null`,
	"null data":          `{"data":null}`,
	"empty data":         `{"data":{}}`,
	"empty list as data": `{"data":[]}`,
	"list of nothing":    `{"data":[{}]}`,
	"text as data":       `{"data":"none"}`,
	"a list":             `[]`,
	"a number":           `7`,
	"a page":             `"<html><head><title>Log in</title></head></html>"`,
	"cut off":            `"{\"data\":{\"total\":0,\"records\":["`,
	"nothing":            `""`,
	"a space":            `" "`,
	"two objects":        `"{}{}"`,
	"text of an error":   `{"error_msg":"busy","data":{"total":0,"records":[]}}`,
	"code, other casing": `{"Error_Code":"CFW.1","data":{"total":0,"records":[]}}`,
	"errorCode":          `{"errorCode":"CFW.1","errorMsg":"busy","data":{"total":0,"records":[]}}`,
	"errors":             `{"errors":[{"code":"x"}],"data":{"total":0,"records":[]}}`,
	"no success":         `{"success":false,"data":{"total":0,"records":[]}}`,
	"an error in data":   `{"data":{"error_msg":"busy","total":0,"records":[]}}`,
	"data twice":         `"{\"data\":{\"total\":1,\"records\":[]},\"DATA\":{\"total\":0,\"records\":[]}}"`,
}

// listHostile are bodies that are no list.
var listHostile = map[string]string{
	"no records":             `{"data":{"total":0}}`,
	"null records":           `{"data":{"total":0,"records":null}}`,
	"records are an object":  `{"data":{"total":0,"records":{}}}`,
	"no total":               `{"data":{"records":[]}}`,
	"negative total":         `{"data":{"total":-1,"records":[]}}`,
	"total too high":         `{"data":{"total":3,"records":[]}}`,
	"total is text":          `{"data":{"total":"many","records":[]}}`,
	"total is a fraction":    `{"data":{"total":0.5,"records":[]}}`,
	"a record without id":    `{"data":{"total":1,"records":[{"name":"x","status":1}]}}`,
	"an empty id":            `{"data":{"total":1,"records":[{"task_id":"","fw_instance_id":"","name":"x"}]}}`,
	"an id that is a number": `{"data":{"total":1,"records":[{"task_id":5,"fw_instance_id":5}]}}`,
	"a null record":          `{"data":{"total":1,"records":[null]}}`,
	"the same id twice":      `{"data":{"total":2,"records":[{"task_id":"a","fw_instance_id":"a"},{"task_id":"a","fw_instance_id":"a"}]}}`,
	"total too low":          `{"data":{"total":1,"records":[{"task_id":"a","fw_instance_id":"a"},{"task_id":"b","fw_instance_id":"b"}]}}`,
	"two of three":           `{"data":{"total":3,"records":[{"task_id":"a","fw_instance_id":"a"},{"task_id":"b","fw_instance_id":"b"}]}}`,
	"old shape, no total":    `{"data":[{"records":[]}]}`,
	"old shape, two totals":  `{"data":[{"total":1},{"total":0,"records":[]}]}`,
	"another offset":         `{"data":{"offset":1024,"total":0,"records":[]}}`,
	"another limit":          `{"data":{"limit":0,"offset":0,"total":0,"records":[]}}`,
	"records twice":          `"{\"data\":{\"total\":0,\"records\":[{\"task_id\":\"a\"}],\"records\":[]}}"`,
	"an id twice":            `"{\"data\":{\"total\":1,\"records\":[{\"task_id\":\"a\",\"fw_instance_id\":\"a\",\"task_id\":\"b\",\"fw_instance_id\":\"b\"}]}}"`,
	"two spellings of an id": `{"data":{"total":2,"records":[{"task_id":"a","fw_instance_id":"a"},{"task_id":" A","fw_instance_id":" A"}]}}`,
}

var resultHostile = map[string]string{
	"a link without captcha": `{"data":{"url":"https://a","expires":30}}`,
	"a captcha alone":        `{"data":{"captcha":"123456"}}`,
	"no files":               `{"data":{"file_list":[],"request_header":{"Host":"h"}}}`,
	"a file without link":    `{"data":{"file_list":[{"file_name":"a"}]}}`,
	"files are text":         `{"data":{"file_list":"a"}}`,
	"beside an error's text": `{"error_msg":"not ended","data":{"url":"https://a","captcha":"123456"}}`,
	"two links":              `"{\"data\":{\"url\":\"https://a\",\"url\":\"https://b\",\"captcha\":\"123456\"}}"`,
}

// confirmHostile are bodies that confirm another request.
var confirmHostile = map[string]string{
	"another firewall": `{"data":{"id":"fw-of-somebody-else","name":"sim-firewall"}}`,
	"no id":            `{"data":{"name":"sim-firewall"}}`,
}

// reader is an operation of the client that believes an answer.
type reader struct {
	// operation is the one whose answers are hostile, skip how many of them
	// are not.
	operation string
	skip      int
	bodies    []map[string]string
	read      func(ctx context.Context, h *harness, id string) error
	// mayEnd says that the task may be stopped by what went before.
	mayEnd bool
}

func readers() map[string]reader {
	lists := []map[string]string{anyHostile, listHostile}
	find := func(ctx context.Context, h *harness, id string) error {
		_, err := h.client.Find(ctx, h.firewall, id)
		return err
	}
	capture := func(ctx context.Context, h *harness, id string) error {
		h.CFW.SetStatus(id, 1)
		_, err := h.client.Capture(ctx, h.firewall, example("new"), nil)
		return err
	}
	remove := func(ctx context.Context, h *harness, id string) error {
		return h.client.Delete(ctx, h.firewall, id, nil)
	}
	stop := func(ctx context.Context, h *harness, id string) error { return h.client.Stop(ctx, h.firewall, id) }
	return map[string]reader{
		"refresh": {"ListCaptureTask", 0, lists, find, false},
		"tasks": {"ListCaptureTask", 0, lists, func(ctx context.Context, h *harness, _ string) error {
			_, err := h.client.List(ctx, h.firewall)
			return err
		}, false},
		"list before create": {"ListCaptureTask", 0, lists, capture, true},
		"list after create":  {"ListCaptureTask", 1, lists, capture, true},
		"create":             {"CreateCaptureTask", 0, []map[string]string{anyHostile, confirmHostile}, capture, true},
		"list before stop":   {"ListCaptureTask", 0, lists, stop, false},
		"stop":               {"CancelCaptureTask", 0, []map[string]string{anyHostile, confirmHostile}, stop, false},
		"list before delete": {"ListCaptureTask", 0, lists, remove, false},
		"stop of delete":     {"CancelCaptureTask", 0, []map[string]string{anyHostile, confirmHostile}, remove, false},
		"delete":             {"DeleteCaptureTask", 0, []map[string]string{anyHostile, confirmHostile}, remove, true},
		"wait": {"ListCaptureTask", 0, lists, func(ctx context.Context, h *harness, id string) error {
			_, err := h.client.WaitEnded(ctx, h.firewall, id, nil)
			return err
		}, false},
		"result": {"ListCaptureResult", 0, []map[string]string{anyHostile, resultHostile}, func(ctx context.Context, h *harness, id string) error {
			h.CFW.SetStatus(id, 1)
			_, err := h.client.Result(ctx, h.firewall, id, nil)
			return err
		}, true},
		"firewall": {"ListFirewallDetail", 0, lists, func(ctx context.Context, h *harness, _ string) error {
			_, err := h.client.FirewallDetail(ctx, h.firewall)
			return err
		}, false},
		"firewall by name": {"ListFirewallList", 0, lists, func(ctx context.Context, h *harness, _ string) error {
			_, err := h.client.FindFirewallByName(ctx, Scope{}, "x")
			return err
		}, false},
	}
}

// TestNoHostileAnswerIsBelieved answers each operation of each reader with
// each body and each status of success, for as long as it asks.
func TestNoHostileAnswerIsBelieved(t *testing.T) {
	t.Parallel()
	combinations := 0
	for who, reader := range readers() {
		for _, bodies := range reader.bodies {
			for what, body := range bodies {
				for _, status := range []int{200, 201, 202} {
					combinations++
					t.Run(fmt.Sprintf("%s/%s/%d", who, what, status), func(t *testing.T) {
						t.Parallel()
						reader.expectDisbelief(t, status, body)
					})
				}
			}
		}
	}
	t.Logf("%d combinations of reader, body and status", combinations)
}

func (r reader) expectDisbelief(t *testing.T, status int, body string) {
	t.Helper()
	h := newHarness(t)
	h.Observe = nil
	id := h.CFW.AddTask(simcfw.Seed{Name: "kept", CreatedAt: h.Clock.Now(), DurationInMinutes: 600})
	h.Fail(t, r.operation, simcore.Fault{Kind: simcore.KindStatus, Code: status, Body: json.RawMessage(body), Skip: r.skip, Times: -1})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := r.read(ctx, h, id)
	gone, missing, refused, noAnswer := new(TaskGoneError), new(FirewallNotFoundError), new(huaweicloud.Error), new(huaweicloud.NoAnswerError)
	switch {
	case err == nil:
		t.Error("believed")
	case errors.As(err, &gone) || errors.Is(err, ErrNotListed) && !errors.As(err, new(*UnconfirmedError)):
		t.Errorf("taken for gone: %v", err)
	case errors.As(err, &missing) && !strings.Contains(body, CodeNotFound):
		t.Errorf("taken for no firewall: %v", err)
	case errors.Is(err, context.DeadlineExceeded):
		t.Errorf("waited the timeout: %v", err)
	case !errors.As(err, &refused) && !errors.As(err, &noAnswer) && !errors.As(err, &missing) && !strings.Contains(err.Error(), "answered"):
		t.Errorf("what came is not said: %v", err)
	}
	if task, exists := h.CFW.Task(id); !exists || !r.mayEnd && task.Status != int(StatusRunning) {
		t.Errorf("the task is %+v", task)
	}
}
