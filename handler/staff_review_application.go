package handler

import (
	"ruxue/h5"
	"ruxue/service/review"
)

// applicationRows is what an application says.
func (h *Handler) applicationRows(*call, review.Case) ([]h5.ReviewRow, error) { return nil, nil }
