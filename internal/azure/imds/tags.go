package imds

import "strings"

// decodeTags prefers tagsList, which is exact. Nil means that the version
// has no tags at all.
func decodeTags(n node) (tags map[string]string, ambiguous bool) {
	if items := n.get("tagsList").items(); items != nil {
		tags = map[string]string{}
		for _, item := range items {
			if name := item.get("name").text(); name != nil {
				value := item.get("value").text()
				if value == nil {
					value = new(string)
				}
				tags[*name] = *value
			}
		}
		return tags, false
	}
	text := n.get("tags")
	if !text.present() {
		return nil, false
	}
	value := text.text()
	if value == nil {
		return map[string]string{}, false
	}
	tags, ambiguous = parseTags(*value)
	if ambiguous {
		text.reader.warn(text.path, "a tag holds a colon or semicolon, so that names and values cannot be told apart for sure; api-versions since 2019-06-04 have tagsList")
	}
	return tags, ambiguous
}

// parseTags reads "name:value;name:value". A part without a colon can only
// be the rest of a value with a semicolon. Ambiguous means that the text has
// more than one reading.
func parseTags(text string) (tags map[string]string, ambiguous bool) {
	tags = map[string]string{}
	if text == "" {
		return tags, false
	}
	text = strings.TrimSuffix(text, ";")
	// A value with semicolons is a piece of the text: it must not be copied
	// once for each of them.
	last, lastValue := "", 0
	for start := 0; start <= len(text); {
		end := len(text)
		if length := strings.IndexByte(text[start:], ';'); length >= 0 {
			end = start + length
		}
		name, value, isTag := strings.Cut(text[start:end], ":")
		if !isTag && start > 0 {
			tags[last] = text[lastValue:end]
			ambiguous = true
		} else {
			if _, twice := tags[name]; twice || name == "" || !isTag || strings.Contains(value, ":") {
				ambiguous = true
			}
			tags[name], last, lastValue = value, name, end-len(value)
		}
		start = end + 1
	}
	return tags, ambiguous
}
