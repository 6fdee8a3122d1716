// How the pages of a long context are shared out among workgroups: by position alone, so that results never depend
// on the grid.

#import page

const MAX_SPLITS: u32 = 64u;

// Pages that the rows up to `position` fill.
fn split_pages(position: u32) -> u32 {
    return position / PAGE_ROWS + 1u;
}

// Pages each split takes; the last one may have fewer.
fn split_length(pages: u32) -> u32 {
    let splits = min(pages, MAX_SPLITS);
    return (pages + splits - 1u) / splits;
}

// Splits that have any page.
fn split_count(pages: u32) -> u32 {
    let length = split_length(pages);
    return (pages + length - 1u) / length;
}
