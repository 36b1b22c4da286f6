/* Find the elements of t that are not zero, for any element type, at the speed of memory.

   Memory is read as 64-bit words under a mask of the bits that make an element non-zero (all bits of an
   integer, all but the sign of a float: -0.0 is zero, NaN is not). 64 words become 64 bits, the bits a list
   of words, and last the words are split into elements: only the words that have one are looked at one by
   one. Nothing here depends on the type but the mask and the size. */

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "scan.h finds elements by the position of their bits in a word: little-endian machines only"
#endif

typedef uint64_t unaligned_word __attribute__((aligned(1), may_alias));

static inline uint64_t load_word(const char *p) { return *(const unaligned_word *)p; }

/* A bit for each of 64 words at p: whether it has a bit of `mask`. Lane l of the vectors gathers the bits of the
   words that pass through it, and the lanes are joined once. */
typedef uint64_t vector_flags __attribute__((vector_size(XENTC_VECTOR_BYTES), aligned(1), may_alias));

static inline uint64_t nonzero_words(const char *p, uint64_t mask)
{
    static const uint64_t first_bits[LANES] = {1, 2, 4, 8, 16, 32, 64, 128};
    vector_flags bit = *(const vector_flags *)first_bits, found = {0};
    uint64_t bits = 0;
    for (int j = 0; j < 64; j += VECTOR_LANES)
        found |= (vector_flags)((*(const vector_flags *)(p + 8 * j) & mask) != 0) & (bit << j);
    for (int l = 0; l < VECTOR_LANES; l++)
        bits |= found[l];
    return bits;
}

/* The numbers of the bits, from `first` on, to index. Four at a time where there are more than two: how many
   there are differs from word to word, how many fours does not in one-hot rows, and is foreseen. Up to three
   more than there are bits are written. */
static inline void list_bits(uint64_t bits, int n, uint32_t first, uint32_t *index)
{
    if (n <= 2) {
        for (; bits; bits &= bits - 1)
            *index++ = first + (uint32_t)__builtin_ctzll(bits);
        return;
    }
    for (; n > 0; n -= 4)
        for (int j = 0; j < 4; j++, bits &= bits - 1)
            *index++ = first + (uint32_t)(bits ? __builtin_ctzll(bits) : 0);
}

/* Lists the element indices (below 2^32) of all non-zero elements in n_bytes at t, in order. Returns their
   number, or -1 if there are more than `capacity`; `index` has room for SCAN_ROOM more. The memory `ahead`
   bytes further on is asked for on the way: where it lies, the caller knows and the hardware does not, which
   starts anew at every tile (one-hot float64, 1e6 x 100: 1.9 x the floor without, 1.1 with). So is, unless
   NULL, that at `beside`: n_bytes of what will be read next. */
static inline ptrdiff_t scan_beside(const char *t, ptrdiff_t n_bytes, uint64_t mask, int log2_size, ptrdiff_t ahead,
                                    const char *beside, uint32_t *index, ptrdiff_t capacity)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t at = 0; at < n_bytes; at += 512) {
        uint64_t bits;
        for (int j = 0; j < 512; j += 64) {
            __builtin_prefetch(t + at + ahead + j);
            if (beside)
                __builtin_prefetch(beside + at + j);
        }
        if (n_bytes - at >= 512) {
            bits = nonzero_words(t + at, mask);
        } else {
            char last[512] = {0};
            memcpy(last, t + at, (size_t)(n_bytes - at));
            bits = nonzero_words(last, mask);
        }
        int n = __builtin_popcountll(bits);
        if (count + n > capacity)
            return -1;
        list_bits(bits, n, (uint32_t)(at / 8), index + count);
        count += n;
    }
    if (log2_size == 3)
        return count;

    /* From words to elements: the word list moves to the end of the room, so that it can be read while
       the element list grows from the front. */
    int per_word = 8 >> log2_size, element_bits = 8 << log2_size;
    uint64_t element_mask = (UINT64_C(1) << element_bits) - 1;
    uint32_t *words = index + capacity + SCAN_ROOM - count;
    ptrdiff_t n_listed = count;
    memmove(words, index, (size_t)count * sizeof *index);
    count = 0;
    for (ptrdiff_t i = 0; i < n_listed; i++) {
        uint64_t word = 0;
        uint32_t first = words[i] << (3 - log2_size);
        ptrdiff_t at = 8 * (ptrdiff_t)words[i];
        if (n_bytes - at >= 8)
            word = load_word(t + at);
        else
            memcpy(&word, t + at, (size_t)(n_bytes - at));
        word &= mask;
        word += !word; /* which another thread may have written since: then its first element, as one that is 0 */
        if (count + per_word > capacity + SCAN_ROOM - (n_listed - i - 1))
            return -1;
        do {
            int j = __builtin_ctzll(word) >> (3 + log2_size);
            index[count++] = first + (uint32_t)j;
            word &= ~(element_mask << (j * element_bits));
        } while (word);
    }
    return count <= capacity ? count : -1;
}

static ptrdiff_t scan_nonzero(const char *t, ptrdiff_t n_bytes, uint64_t mask, int log2_size, ptrdiff_t ahead,
                              uint32_t *index, ptrdiff_t capacity)
{
    return scan_beside(t, n_bytes, mask, log2_size, ahead, NULL, index, capacity);
}

/* Whether at least a quarter of a sample of `n` coefficients is non-zero: such rows go the dense way. */
static int sample_is_dense(const char *t, ptrdiff_t n_bytes, uint64_t mask, int log2_size)
{
    /* One look at a few words only decides the speed, never the bits: both ways give the same. */
    ptrdiff_t n_words = n_bytes / 8, taken = n_words < 32 ? n_words : 32, count = 0;
    int per_word = 8 >> log2_size, element_bits = 8 << log2_size;
    uint64_t element_mask = element_bits == 64 ? ~UINT64_C(0) : (UINT64_C(1) << element_bits) - 1;
    for (ptrdiff_t w = 0; w < taken; w++) {
        uint64_t word = load_word(t + 8 * w) & mask;
        for (int j = 0; j < per_word; j++)
            count += (word & (element_mask << (j * element_bits))) != 0;
    }
    return 4 * count >= taken * per_word;
}
