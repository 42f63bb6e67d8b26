/** What people may write to a run: words to find it by, and notes. */
import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsOptional, IsString, Length, MaxLength } from 'class-validator';

const mostTags = 20;
const tagLength = 50;
const notesLength = 4000;

export function IsTags(): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    IsArray(),
    ArrayUnique(),
    ArrayMaxSize(mostTags),
    IsString({ each: true }),
    Length(1, tagLength, { each: true }),
    ApiPropertyOptional({ type: [String], maxItems: mostTags, example: ['nightly'] }),
  );
}

export function IsNotes(): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    IsString(),
    MaxLength(notesLength),
    ApiPropertyOptional({ type: String, maxLength: notesLength, example: 'After the new index' }),
  );
}
