package secret

import "strings"

// A signature of storage is an HMAC-SHA256 of 32 bytes, a storage account's key has
// 64. This is how many characters of base64 those have, before the padding.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/create-service-sas
const signatureLength, keyLength = 43, 86

// bare are the places in a text of what looks like a signature or key that nothing
// introduces.
func bare(text string) [][2]int {
	var places [][2]int
	from := 0
	for at := 0; at < len(text); at++ {
		if text[at] != '=' {
			continue
		}
		start, end := at-signatureLength, at+1
		if end < len(text) && text[end] == '=' {
			start, end = at-keyLength, at+2
		}
		if start >= from && isRandom(text[start:at]) && (start == 0 || !inBase64(text[start-1])) && (end == len(text) || text[end] != '=' && !inBase64(text[end])) {
			places, from = append(places, [2]int{start, end}), end
		}
		at = end - 1
	}
	return places
}

func inBase64(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '+' || c == '/'
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// maxSpaces is how many plus signs that forms made spaces are believed.
const maxSpaces = 5

// isRandom tells base64 from prose, names and paths, which have hardly any run of
// both cases and digits.
func isRandom(text string) bool {
	spaces, found := 0, false
	for word := range strings.SplitSeq(text, " ") {
		var upper, lower, other bool
		for i := range len(word) {
			c := word[i]
			switch {
			case !inBase64(c):
				return false
			case isDigit(c) || c == '+':
				other = true
			case isLetter(c):
				upper, lower = upper || c < 'a', lower || c >= 'a'
			}
		}
		const shortWord = 3
		if lower && !upper && !other && len(word) > shortWord {
			return false
		}
		spaces++
		found = found || upper && lower && other
	}
	return found && spaces <= maxSpaces+1
}
