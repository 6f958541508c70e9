package blob

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// get answers with a blob, or with a part of it.
func (s *Service) get(c call) *refusal {
	found, refused := s.find(c)
	if refused != nil {
		return refused
	}
	header := c.w.Header()
	if refused := c.checkConditions(found, http.StatusNotModified); refused != nil {
		return refused
	}
	content, err := s.content(found)
	if err != nil {
		refused := refuse(http.StatusInternalServerError, "InternalError", err.Error())
		return &refused
	}
	first, last, partial, refused := rangeOf(c.r, content.Size())
	if refused != nil {
		header.Set("Content-Range", fmt.Sprintf("bytes */%d", content.Size()))
		return refused
	}
	header.Set("ETag", found.etag())
	header.Set("Last-Modified", found.LastModified.UTC().Format(http.TimeFormat))
	header.Set("Accept-Ranges", "bytes")
	header.Set("Content-Type", found.contentType())
	header.Set("x-ms-blob-type", "BlockBlob")
	header.Set("Content-Length", strconv.FormatInt(last-first+1, 10))
	status := http.StatusOK
	if partial {
		status = http.StatusPartialContent
		header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, last, content.Size()))
	}
	c.w.WriteHeader(status)
	if c.r.Method == http.MethodHead {
		return nil
	}
	if _, err := io.Copy(c.w, io.NewSectionReader(content, first, last-first+1)); err != nil {
		return nil // The client has gone.
	}
	return nil
}

// checkConditions compares the etags of a request with that of a blob. unchanged
// is the status if the client knows the blob already.
func (c call) checkConditions(found Blob, unchanged int) *refusal {
	for _, condition := range []struct {
		header string
		holds  func(etags string) bool
		status int
	}{
		{"If-Match", func(etags string) bool { return matches(etags, found.etag()) }, http.StatusPreconditionFailed},
		{"If-None-Match", func(etags string) bool { return !matches(etags, found.etag()) }, unchanged},
	} {
		if etags := c.r.Header.Get(condition.header); etags != "" && !condition.holds(etags) {
			refused := refuse(condition.status, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")
			return &refused
		}
	}
	return nil
}

func matches(etags, etag string) bool {
	for candidate := range strings.SplitSeq(etags, ",") {
		if candidate = strings.TrimSpace(candidate); candidate == "*" || candidate == etag {
			return true
		}
	}
	return false
}

// rangeOf reads x-ms-range, which wins, or Range. Headers that are no range of
// bytes are ignored.
func rangeOf(r *http.Request, size int64) (first, last int64, partial bool, refused *refusal) {
	text := r.Header.Get("x-ms-range")
	if text == "" {
		text = r.Header.Get("Range")
	}
	bounds, isBytes := strings.CutPrefix(text, "bytes=")
	from, to, isRange := strings.Cut(bounds, "-")
	first, err := strconv.ParseInt(from, 10, 64)
	if !isBytes || !isRange || err != nil || r.Method == http.MethodHead {
		return 0, size - 1, false, nil
	}
	if first >= size {
		refused := refuse(http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The range specified is invalid for the current size of the resource.")
		return 0, 0, false, &refused
	}
	last, err = strconv.ParseInt(to, 10, 64)
	if err != nil || last >= size {
		last = size - 1
	}
	return first, last, true, nil
}

// listing is the answer to List Blobs.
type listing struct {
	XMLName       xml.Name     `xml:"EnumerationResults"`
	Endpoint      string       `xml:"ServiceEndpoint,attr"`
	ContainerName string       `xml:"ContainerName,attr"`
	Prefix        string       `xml:"Prefix,omitempty"`
	Marker        string       `xml:"Marker,omitempty"`
	MaxResults    int          `xml:"MaxResults,omitempty"`
	Blobs         []listedBlob `xml:"Blobs>Blob"`
	NextMarker    string       `xml:"NextMarker"`
}

type listedBlob struct {
	Name       string     `xml:"Name"`
	Properties properties `xml:"Properties"`
}

type properties struct {
	CreationTime  string `xml:"Creation-Time"`
	LastModified  string `xml:"Last-Modified"`
	ETag          string `xml:"Etag"`
	ContentLength int64  `xml:"Content-Length"`
	ContentType   string `xml:"Content-Type"`
	BlobType      string `xml:"BlobType"`
	AccessTier    string `xml:"AccessTier"`
}

// list answers with a page of the container's blobs.
func (s *Service) list(c call) *refusal {
	blobs := s.Blobs()
	if refused := s.findContainer(c, blobs); refused != nil {
		return refused
	}
	query := c.r.URL.Query()
	size := s.switches.Int(SwitchPageSize)
	answer := listing{Endpoint: c.serviceEndpoint(), ContainerName: c.container, Prefix: query.Get("prefix"), Marker: query.Get("marker")}
	if text := query.Get("maxresults"); text != "" {
		asked, err := strconv.Atoi(text)
		if err != nil || asked < 1 {
			refused := refuse(http.StatusBadRequest, "OutOfRangeQueryParameterValue", "One of the query parameters specified in the request URI is outside the permissible range.")
			return &refused
		}
		answer.MaxResults, size = asked, min(size, asked)
	}
	blobs = slices.DeleteFunc(blobs, func(b Blob) bool {
		return b.Account != c.account || b.Container != c.container || !strings.HasPrefix(b.Name, answer.Prefix) || b.Name < answer.Marker
	})
	if len(blobs) > size {
		answer.NextMarker, blobs = blobs[size].Name, blobs[:size]
	}
	for _, b := range blobs {
		content, err := s.content(b)
		if err != nil {
			refused := refuse(http.StatusInternalServerError, "InternalError", err.Error())
			return &refused
		}
		modified := b.LastModified.UTC().Format(http.TimeFormat)
		answer.Blobs = append(answer.Blobs, listedBlob{b.Name, properties{modified, modified, strings.Trim(b.etag(), `"`), content.Size(), b.contentType(), "BlockBlob", "Hot"}})
	}
	text, err := xml.Marshal(answer)
	if err != nil {
		panic("blob: " + err.Error())
	}
	c.w.Header().Set("Content-Type", "application/xml")
	if _, err := c.w.Write(append([]byte("\ufeff"+xml.Header[:len(xml.Header)-1]), text...)); err != nil {
		return nil // The client has gone.
	}
	return nil
}
