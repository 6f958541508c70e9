package cfw

import "strconv"

// maxPage is the largest limit of a page.
const maxPage = 1024

type page struct{ limit, offset int }

// pageOf reads limit (1 to 1024) and offset (0 or more), both mandatory.
func pageOf(limitText, offsetText string) (page, *answer) {
	if limitText == "" || offsetText == "" {
		refused := refuse(codeEmptyParameter, "empty param")
		return page{}, &refused
	}
	limit, err := strconv.Atoi(limitText)
	offset, err2 := strconv.Atoi(offsetText)
	if err != nil || err2 != nil || limit < 1 || limit > maxPage || offset < 0 {
		refused := refuse(codeParameter, "parameter error")
		return page{}, &refused
	}
	return page{limit: limit, offset: offset}, nil
}

// of cuts the page out of all records.
func (p page) of(records []any) map[string]any {
	from := min(p.offset, len(records))
	to := min(from+p.limit, len(records))
	return map[string]any{"limit": p.limit, "offset": p.offset, "total": len(records), "records": records[from:to]}
}
