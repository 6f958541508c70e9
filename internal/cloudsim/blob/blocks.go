package blob

import (
	"encoding/base64"
	"encoding/xml"
	"maps"
	"net/http"
)

// blocks are those of one blob, by their ids.
type blocks struct{ committed, uncommitted map[string][]byte }

// maxBlockID is how long the id of a block may be before it is encoded, in bytes.
const maxBlockID = 64

// stageBlock keeps a block until a list commits it.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/put-block
func (s *Service) stageBlock(c call) *refusal {
	id := c.r.URL.Query().Get("blockid")
	decoded, err := base64.StdEncoding.DecodeString(id)
	if id == "" {
		refused := refuse(http.StatusBadRequest, "MissingRequiredQueryParameter", "A query parameter that's mandatory for this request is not specified.")
		return &refused
	}
	if err != nil || len(decoded) > maxBlockID {
		refused := refuse(http.StatusBadRequest, "InvalidQueryParameterValue", "Value for one of the query parameters specified in the request URI is invalid.")
		return &refused
	}
	content, refused := c.body()
	if refused != nil {
		return refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused := s.findContainer(c, s.all()); refused != nil {
		return refused
	}
	staged := s.blocks[c.path()]
	if staged.uncommitted == nil {
		staged.uncommitted = map[string][]byte{}
	}
	for other := range staged.uncommitted {
		if len(other) != len(id) {
			refused := refuse(http.StatusBadRequest, "InvalidBlobOrBlock", "The specified blob or block content is invalid.")
			return &refused
		}
	}
	staged.uncommitted[id] = content
	s.blocks[c.path()] = staged
	c.w.Header().Set("x-ms-request-server-encrypted", "true")
	c.w.WriteHeader(http.StatusCreated)
	return nil
}

// blockList is the body that commits blocks, in the order of the blob.
type blockList struct {
	XMLName xml.Name `xml:"BlockList"`
	Blocks  []struct {
		XMLName xml.Name
		ID      string `xml:",chardata"`
	} `xml:",any"`
}

// commitBlocks makes a blob of its blocks.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/put-block-list
func (s *Service) commitBlocks(c call) *refusal {
	text, refused := c.body()
	if refused != nil {
		return refused
	}
	var list blockList
	if err := xml.Unmarshal(text, &list); err != nil { //nolint:gosec // Strings only; Go's decoder resolves no entities.
		refused := refuse(http.StatusBadRequest, "InvalidXmlDocument", "XML specified is not syntactically valid.")
		return &refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused := s.mayWrite(c); refused != nil {
		return refused
	}
	staged := s.blocks[c.path()]
	latest := maps.Clone(staged.committed)
	if latest == nil {
		latest = map[string][]byte{}
	}
	maps.Copy(latest, staged.uncommitted)
	sources := map[string]map[string][]byte{"Committed": staged.committed, "Uncommitted": staged.uncommitted, "Latest": latest}
	var content []byte
	committed := map[string][]byte{}
	for _, named := range list.Blocks {
		block, found := sources[named.XMLName.Local][named.ID]
		if !found {
			refused := refuse(http.StatusBadRequest, "InvalidBlockList", "The specified block list is invalid.")
			return &refused
		}
		content = append(content, block...)
		committed[named.ID] = block
	}
	s.blocks[c.path()] = blocks{committed: committed}
	s.created(c, s.store(c.blob(content, c.r.Header.Get("x-ms-blob-content-type"))))
	return nil
}
