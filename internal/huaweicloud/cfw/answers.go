package cfw

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// What each operation's answer has to hold. An answer that holds less proves
// nothing; huaweicloud.Session then returns *huaweicloud.NoAnswerError.

// record is an object of a list.
type record interface{ identity() string }

func (r taskRecord) identity() string { return r.TaskID }

func (r firewallRecord) identity() string { return r.ID }

// pageAnswer is a page of a list: ListCaptureTask, ListFirewallDetail,
// ListFirewallList.
type pageAnswer[R record] struct {
	Data pageData[R] `json:"data"`
}

// pageData is the data of a list. The definition of 2024-06 made it an array
// for ListCaptureTask; since 2024-11 it is an object.
type pageData[R record] struct {
	Total   number `json:"total"`
	Records []R    `json:"records"`

	given bool
}

// UnmarshalJSON takes both shapes; the pages of an array count as one.
func (p *pageData[R]) UnmarshalJSON(data []byte) error {
	type plain struct {
		Total   number `json:"total"`
		Records []R    `json:"records"`
	}
	data = bytes.TrimSpace(data)
	if string(data) == "null" {
		return nil
	}
	pages := make([]plain, 1)
	var err error
	if bytes.HasPrefix(data, []byte("[")) {
		err = json.Unmarshal(data, &pages)
	} else {
		err = json.Unmarshal(data, &pages[0])
	}
	if err != nil {
		return err
	}
	for _, page := range pages {
		p.given = true
		if page.Records != nil {
			p.Records = append(append(make([]R, 0, len(p.Records)+len(page.Records)), p.Records...), page.Records...)
		}
		if page.Total.set {
			p.Total = page.Total
		}
	}
	return nil
}

// Check demands the list, its total, and an id of each object that no other
// has.
func (a *pageAnswer[R]) Check() error {
	page := a.Data
	switch {
	case !page.given:
		return errors.New("it has no data")
	case page.Records == nil:
		return errors.New("it has no list of records")
	case !page.Total.set:
		return errors.New("it does not say how many records there are in total")
	case page.Total.value < int64(len(page.Records)):
		return fmt.Errorf("it has %d records, and says that there are %d in total", len(page.Records), page.Total.value)
	}
	seen := map[string]bool{}
	for _, record := range page.Records {
		id := record.identity()
		if id == "" {
			return errors.New("it has a record without an id")
		}
		if seen[id] {
			return fmt.Errorf("it has two records with the id %q", id)
		}
		seen[id] = true
	}
	return nil
}

// acceptedAnswer is the answer to CreateCaptureTask, CancelCaptureTask and
// DeleteCaptureTask. It names the firewall, never the task.
type acceptedAnswer struct {
	Data struct {
		ID string `json:"id"`
	} `json:"data"`
}

// Check demands the firewall's id.
func (a *acceptedAnswer) Check() error {
	if a.Data.ID == "" {
		return errors.New("it does not confirm the request: the firewall's id is missing")
	}
	return nil
}

// Check demands one of the two shapes: a link with its captcha, or files with
// a link each.
func (a *resultAnswer) Check() error {
	data := a.Data
	if data.URL != "" && data.Captcha != "" {
		return nil
	}
	if len(data.FileList) == 0 {
		return errors.New("it has neither a link with a captcha nor files")
	}
	for _, file := range data.FileList {
		if file.URL == "" {
			return errors.New("it has a file without a link")
		}
	}
	return nil
}
