package cfw

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
)

// MaxAllowedIPs is how many addresses or ranges a download can be limited
// to.
const MaxAllowedIPs = 3

// Result is where a capture can be downloaded. It comes in two shapes: a
// shared folder (URL and Captcha), or Files where the region's object
// storage cannot share folders. Whoever holds a link, with the captcha, can
// download.
type Result struct {
	URL, Captcha secret.Text
	// Expires is the service's number, whose unit is not documented; nil
	// when the service does not say.
	Expires *int64
	Files   []ResultFile
	// RequestHost is the Host header that a download of Files must send.
	RequestHost string
}

// ResultFile is one file of a Result.
type ResultFile struct {
	Name, Path string
	// URL is signed.
	URL secret.Text
}

// captcha is digits, which may arrive as a number. A number would lose
// leading zeros, which are put back.
type captcha secret.Text

func (c *captcha) UnmarshalJSON(data []byte) error {
	var digits number
	if len(data) > 0 && data[0] != '"' {
		if err := digits.UnmarshalJSON(data); err != nil || !digits.set {
			return err
		}
		*c = captcha(fmt.Sprintf("%06d", digits.value))
		return nil
	}
	return json.Unmarshal(data, (*string)(c))
}

type resultAnswer struct {
	Data struct {
		URL      string  `json:"url"`
		Captcha  captcha `json:"captcha"`
		Expires  number  `json:"expires"`
		FileList []struct {
			Name string `json:"file_name"`
			Path string `json:"file_path"`
			URL  string `json:"url"`
		} `json:"file_list"`
		RequestHeader struct {
			Host string `json:"Host"`
		} `json:"request_header"`
	} `json:"data"`
}

// Result makes a new download link (ListCaptureResult), limited to
// allowedIPs unless there are none. Every call makes another one. While the
// capture runs, the service may refuse.
func (c *Client) Result(ctx context.Context, firewall Firewall, taskID string, allowedIPs []string) (Result, error) {
	if len(allowedIPs) > MaxAllowedIPs {
		return Result{}, fmt.Errorf("a download can be limited to at most %d addresses, got %d", MaxAllowedIPs, len(allowedIPs))
	}
	call := request(c.complete(firewall), "ListCaptureResult", http.MethodGet, "capture-task/capture-result")
	call.Query.Set("task_id", taskID)
	call.Query.Set("type", "0")
	if len(allowedIPs) > 0 {
		call.Query.Set("type", "1")
		call.Query["ip"] = allowedIPs
	}
	var answer resultAnswer
	if err := c.session.Do(ctx, call, &answer); err != nil {
		return Result{}, err
	}
	data := answer.Data
	result := Result{
		URL: secret.Text(data.URL), Captcha: secret.Text(data.Captcha), RequestHost: data.RequestHeader.Host,
	}
	if data.Expires.set {
		result.Expires = &data.Expires.value
	}
	for _, file := range data.FileList {
		result.Files = append(result.Files, ResultFile{Name: file.Name, Path: file.Path, URL: secret.Text(file.URL)})
	}
	return result, nil
}
